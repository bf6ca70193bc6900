using System.CommandLine;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Reports;

/// <summary>Jobs and sweeps as arguments of <c>report</c> and <c>recommend</c>.</summary>
static class RunArguments
{
    public static Argument<string[]> Create() => new("JOB|sweep:ID")
    {
        Description = "Numbers of jobs, or sweeps such as 'sweep:3' (default: all ended jobs on the most recent dataset).",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Option<string?> Dataset() => new("--dataset")
    {
        Description = "If no job is named: all ended jobs on this dataset. Give its name or the first digits of its SHA-256.",
        HelpName = "NAME",
    };

    /// <summary>The measured jobs, each once.</summary>
    /// <param name="writeStderr">Takes remarks.</param>
    /// <exception cref="UserException">
    /// NotFound: no such job, sweep or dataset. BadInput: not a job's number; a named job has not ended; nothing can be graded.
    /// </exception>
    public static async Task<IReadOnlyList<MeasuredDataset>> EvaluateAsync(
        ReportQueries queries, IReadOnlyList<string> names, string? dataset, Action<string> writeStderr, CancellationToken ct)
    {
        if (names.Count > 0 && dataset is not null)
            throw new UserException(ExitCode.BadInput, "--dataset means all jobs on a dataset: leave out either it or the named jobs");
        return await EvaluationReader.ReadAsync(queries, [.. names.Select(Run)], dataset, writeStderr, ct);
    }

    static RunName Run(string name) => RunName.Of(name)
        ?? throw new UserException(ExitCode.BadInput, $"'{name}' is neither a job's number nor a sweep such as sweep:3");
}
