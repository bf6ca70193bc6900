using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>Reads and measures the jobs of a report or a recommendation.</summary>
static class EvaluationReader
{
    /// <summary>The measured jobs, each once.</summary>
    /// <param name="runs">None: all ended jobs of a dataset.</param>
    /// <param name="dataset">Without <paramref name="runs"/>: the dataset's name or the beginning of its SHA-256; null for the
    /// newest.</param>
    /// <param name="say">Called with a sentence for each job that is left out.</param>
    /// <exception cref="UserException">NotFound: no such job, sweep or dataset. BadInput: a named job has not ended; nothing can be
    /// graded.</exception>
    public static async Task<IReadOnlyList<MeasuredDataset>> ReadAsync(ReportQueries queries, IReadOnlyList<RunName> runs, string? dataset,
        Action<string> say, CancellationToken ct)
    {
        var named = await NamedAsync(queries, runs, ct);
        var jobs = new List<MeasuredJob>();
        foreach (var jobId in runs.Count > 0 ? named.SelectMany(run => run.Jobs).Distinct() : await NewestAsync(queries, dataset, ct))
        {
            var job = await queries.JobAsync(jobId, ct) ?? throw NotFound.Job(jobId);
            if (job.FinishedAt is not null) jobs.Add(job);
            else if (runs.Contains(new(IsSweep: false, jobId)))
                throw new UserException(ExitCode.BadInput, $"job {jobId} has not ended: 'rebase jobs watch {jobId}' follows it");
            else say($"job {jobId} is left out: it has not ended");
        }

        var evaluations = MeasuredDataset.Of(jobs, RunPair.Of(named));
        if (evaluations.Count > 0) return evaluations;
        foreach (var reason in jobs.Select(MeasuredDataset.WhyLeftOut).OfType<string>()) say(reason);
        throw new UserException(ExitCode.BadInput, "none of these jobs can be measured: at least one must have ended with all its "
            + "problems answered and not all of them failed, on a dataset with gold answers");
    }

    static async Task<IReadOnlyList<long>> NewestAsync(ReportQueries queries, string? dataset, CancellationToken ct)
    {
        var newest = await queries.NewestAsync(dataset, ct);
        if (newest.Count > 0) return newest;
        throw new UserException(ExitCode.NotFound, dataset is null
            ? "there is no ended job in this database: run one with 'rebase jobs enqueue' and 'rebase worker run', or two with 'rebase "
                + "demo'"
            : $"no job has ended on a dataset named '{dataset}'; 'rebase jobs list' lists the jobs");
    }

    static async Task<IReadOnlyList<NamedRun>> NamedAsync(ReportQueries queries, IReadOnlyList<RunName> runs, CancellationToken ct)
    {
        var named = new List<NamedRun>();
        foreach (var run in runs.Distinct())
            named.Add(new(run, run.IsSweep ? await queries.SweepAsync(run.Id, ct) ?? throw NotFound.Sweep(run.Id) : [run.Id]));
        return named;
    }
}
