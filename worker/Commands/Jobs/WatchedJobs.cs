using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Commands.Jobs;

/// <summary>Follows jobs to their end, and then says how each has ended.</summary>
static class WatchedJobs
{
    /// <returns>The greatest exit code of all jobs.</returns>
    public static async Task<ExitCode> RunAsync(
        CommandContext context, DatabaseSession database, IReadOnlyList<long> jobs, CancellationToken ct)
    {
        var db = database.DataSource;
        var (store, there) = (new JobStore(db), new List<long>());
        var missing = await EachJob.RunAsync(context, jobs, async job =>
        {
            if (await store.ProgressAsync(job, ct) is null) throw NotFound.Job(job);
            there.Add(job);
            return ExitCode.Ok;
        });
        if (there.Count == 0) return missing;

        var view = new ProgressView(context.Stderr, store.ProgressAsync, TimeProvider.System, revive: database.EnsureRunningAsync);
        var watched = await view.WatchAsync(there, static progress => progress.State is JobState.Completed or JobState.Cancelled, ct);
        var worst = missing;
        foreach (var last in watched)
        {
            context.WriteStderr(Sentence(last));
            await UnansweredRemarks.WriteAsync(context, db, last, ct);
            var code = last is { State: JobState.Completed, Failed: 0 } ? ExitCode.Ok : ExitCode.Incomplete;
            if (code > worst) worst = code;
        }

        return worst;
    }

    static string Sentence(JobProgress last)
    {
        var (job, on) = (last.JobId, DatasetTitle.Of(last.DatasetName) is { } dataset ? $" on {dataset}" : "");
        return last.State switch
        {
            JobState.Cancelled => $"job {job}{on} was cancelled with {last.Answered} of {last.Problems} problems answered",
            _ when last.Failed > 0 =>
                $"job {job}{on} ended; {last.Failed} of {last.Problems} problems failed, and its accuracy leaves them out; "
                    + $"the first error: {last.OldestError}",
            _ => $"job {job}{on} is complete; 'rebase results show {job}' shows its results",
        };
    }
}
