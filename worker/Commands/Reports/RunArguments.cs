using System.CommandLine;
using System.Globalization;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Platform.Errors;

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
    public static async Task<IReadOnlyList<MeasuredDataset>> EvaluateAsync(ReportQueries queries, IReadOnlyList<string> names, string? dataset, Action<string> say, CancellationToken ct)
    {
        if (names.Count > 0 && dataset is not null) throw new UserException(ExitCode.BadInput, "--dataset stands for all jobs of a dataset: leave it out, or the named jobs");
        return await EvaluationReader.ReadAsync(queries, [.. names.Select(Run)], dataset, say, ct);
    }

    static RunName Run(string name)
    {
        var isSweep = name.StartsWith(SweepMark, StringComparison.OrdinalIgnoreCase);
        return long.TryParse(isSweep ? name[SweepMark.Length..] : name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(isSweep, number)
            : throw new UserException(ExitCode.BadInput, $"'{name}' is neither a job's number nor a sweep such as sweep:3");
    }
}
