using System.CommandLine;
using System.Globalization;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Errors;
using RebaseBatch.Reports;

namespace RebaseBatch.Commands.Reports;

/// <summary>Jobs and sweeps as <c>report</c> and <c>recommend</c> take them.</summary>
static class RunArguments
{
    const string SweepMark = "sweep:";

    public static Argument<string[]> Create() => new("JOB|sweep:ID")
    {
        Description = "Numbers of jobs, and sweeps as 'sweep:3' (default: all ended jobs of the newest dataset).", Arity = ArgumentArity.ZeroOrMore,
    };

    public static Option<string?> Dataset() => new("--dataset")
    {
        Description = "If no job is named: all ended jobs of this dataset, by its name or the beginning of its SHA-256.", HelpName = "NAME",
    };

    /// <summary>The measured jobs, each once.</summary>
    /// <exception cref="UserException">NotFound: no such job, sweep or dataset. BadInput: not a job's number; a named job has not ended; nothing can be graded.</exception>
    public static async Task<IReadOnlyList<Evaluation>> EvaluateAsync(ReportQueries queries, IReadOnlyList<string> names, string? dataset, Action<string> say, CancellationToken ct)
    {
        if (names.Count > 0 && dataset is not null) throw new UserException(ExitCode.BadInput, "--dataset stands for all jobs of a dataset: leave it out, or the named jobs");
        var jobs = new List<MeasuredJob>();
        foreach (var (jobId, named) in await JobsAsync(queries, names, dataset, ct))
        {
            var job = await queries.JobAsync(jobId, ct) ?? throw JobArgument.Missing(jobId);
            if (job.FinishedAt is not null) jobs.Add(job);
            else if (named) throw new UserException(ExitCode.BadInput, $"job {jobId} has not ended: 'rebase jobs watch {jobId}' follows it");
            else say($"job {jobId} is left out: it has not ended");
        }

        var evaluations = Evaluation.Of(jobs);
        if (evaluations.Count == 0)
            throw new UserException(ExitCode.BadInput, "none of these jobs can be measured: it takes one that ended with all problems answered, and a dataset with gold answers");
        return evaluations;
    }

    static async Task<IReadOnlyList<(long JobId, bool Named)>> JobsAsync(ReportQueries queries, IReadOnlyList<string> names, string? dataset, CancellationToken ct)
    {
        if (names.Count == 0)
        {
            var newest = await queries.NewestAsync(dataset, ct);
            if (newest.Count > 0) return [.. newest.Select(job => (job, false))];
            throw new UserException(ExitCode.NotFound, dataset is null
                ? "there is no ended job in this database: 'rebase jobs enqueue' and 'rebase worker run' make one, 'rebase demo' two"
                : $"no job has ended on a dataset named '{dataset}'; 'rebase jobs list' shows the jobs there are");
        }

        var jobs = new List<(long JobId, bool Named)>();
        foreach (var name in names)
        {
            if (name.StartsWith(SweepMark, StringComparison.OrdinalIgnoreCase))
            {
                var sweep = Number(name[SweepMark.Length..], name);
                var members = await queries.SweepAsync(sweep, ct) ?? throw new UserException(ExitCode.NotFound, $"there is no sweep {sweep} in this database");
                jobs.AddRange(members.Select(job => (job, false)));
            }
            else
            {
                jobs.Add((Number(name, name), true));
            }
        }

        return [.. jobs.DistinctBy(job => job.JobId)];
    }

    static long Number(string text, string name) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new UserException(ExitCode.BadInput, $"'{name}' is neither a job's number nor a sweep such as sweep:3");
}
