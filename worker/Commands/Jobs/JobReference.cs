using System.CommandLine.Parsing;
using System.Globalization;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Commands.Jobs;

/// <summary>A job, or all jobs of a sweep, as commands name them: <c>7</c> or <c>sweep:3</c>.</summary>
/// <param name="Number">The job's number, or the sweep's.</param>
readonly record struct JobReference(long Number, bool IsSweep)
{
    const string Sweep = "sweep:";

    /// <summary>Several, also separated by commas.</summary>
    public static JobReference[] Parse(ArgumentResult result)
    {
        var found = new List<JobReference>();
        foreach (var text in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries)))
        {
            var isSweep = text.StartsWith(Sweep, StringComparison.OrdinalIgnoreCase);
            if (long.TryParse(isSweep ? text[Sweep.Length..] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                found.Add(new(number, isSweep));
            else
                result.AddError($"{(result.Parent as OptionResult)?.Option.Name ?? result.Argument.Name} takes the numbers of jobs, or "
                    + $"sweep:N for all jobs of a sweep, separated by commas; '{text}' is none.");
        }

        return [.. found];
    }

    /// <summary>The numbers of all these jobs, each once, in ascending order.</summary>
    /// <exception cref="Platform.Errors.UserException">NotFound: no such sweep. A job that is not there is no fault here.</exception>
    public static async Task<IReadOnlyList<long>> ResolveAsync(JobStore jobs, IEnumerable<JobReference> references, CancellationToken ct)
    {
        var numbers = new SortedSet<long>();
        foreach (var reference in references)
        {
            if (reference.IsSweep) numbers.UnionWith(await jobs.JobsOfSweepAsync(reference.Number, ct));
            else numbers.Add(reference.Number);
        }

        return [.. numbers];
    }
}
