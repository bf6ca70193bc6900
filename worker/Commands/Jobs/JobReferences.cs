using System.CommandLine.Parsing;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Commands.Jobs;

/// <summary>Jobs and sweeps as the value of an option or an argument.</summary>
static class JobReferences
{
    /// <summary>Several, also separated by commas.</summary>
    public static JobReference[] Parse(ArgumentResult result)
    {
        var found = new List<JobReference>();
        foreach (var text in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries)))
        {
            if (JobReference.Read(text) is { } reference) found.Add(reference);
            else
                result.AddError($"{(result.Parent as OptionResult)?.Option.Name ?? result.Argument.Name} takes the numbers of jobs, or "
                    + $"sweep:N for all jobs of a sweep, separated by commas; '{text}' is none.");
        }

        return [.. found];
    }
}
