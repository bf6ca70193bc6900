using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Demo;

/// <summary>The demo's two jobs: those of an interrupted demo if there is one, else new ones.</summary>
/// <param name="mine">What this machine would run them on: a job of other weights is left alone.</param>
sealed class DemoJobs(JobStore jobs, DemoPlan plan, RunEnvironment mine)
{
    // The number of newest jobs among which an interrupted demo is searched for.
    const int Searched = 200;

    /// <summary>
    /// The greedy job is always enqueued first. After a crash between the two, the newest greedy job has no REBASE job after it.
    /// </summary>
    /// <returns>The two jobs, and whether an earlier demo started them.</returns>
    public async Task<(long Rebase, long Greedy, bool Resumed)> FindOrEnqueueAsync(CancellationToken ct)
    {
        var problems = await ReadProblemsAsync(ct);
        var rows = await jobs.ListAsync(Searched, ct);
        var greedy = Newest(rows, plan.Greedy, problems.Count);
        var rebase = Newest(rows, plan.Rebase, problems.Count);
        if (greedy is not null && rebase is not null && rebase.JobId > greedy.JobId && (IsOpen(greedy) || IsOpen(rebase)))
            return (rebase.JobId, greedy.JobId, Resumed: true);

        var greedyId = greedy is not null && greedy.JobId > (rebase?.JobId ?? 0)
            ? greedy.JobId
            : await jobs.EnqueueAsync(plan.Greedy, problems, ct, Origin);
        return (await jobs.EnqueueAsync(plan.Rebase, problems, ct, Origin), greedyId, Resumed: false);
    }

    JobOrigin Origin => new(Path.GetFileName(plan.Dataset), mine.Policy.Sha256, mine.Reward?.Sha256)
    {
        DatasetPath = Path.GetFullPath(plan.Dataset),
    };

    JobRow? Newest(IReadOnlyList<JobRow> rows, JobSpec spec, int problems) =>
        rows.Where(row => row.Spec == spec && row.Problems == problems && !row.CancelRequested && row.Pinned.Allow(mine))
            .MaxBy(row => row.JobId);

    static bool IsOpen(JobRow row) => row.State is JobState.Queued or JobState.Running;

    async Task<IReadOnlyList<ProblemSpec>> ReadProblemsAsync(CancellationToken ct)
    {
        if (!File.Exists(plan.Dataset))
            throw new UserException(ExitCode.NotFound, $"the bundled problems are not at {plan.Dataset}; build the program again");
        await using var stream = File.OpenRead(plan.Dataset);
        var dataset = await DatasetReader.ReadAsync(stream, Path.GetFileName(plan.Dataset), ct);
        return [.. dataset.Problems.Take(plan.Problems)];
    }
}
