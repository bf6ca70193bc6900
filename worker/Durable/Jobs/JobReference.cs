using System.Globalization;

namespace RebaseBatch.Durable.Jobs;

/// <summary>A job, or all jobs of a sweep, as commands and sweep files name them: <c>7</c> or <c>sweep:3</c>.</summary>
/// <param name="Number">The job's number, or the sweep's.</param>
readonly record struct JobReference(long Number, bool IsSweep)
{
    const string Sweep = "sweep:";

    /// <summary>Null: the text names neither.</summary>
    public static JobReference? Read(string text)
    {
        var isSweep = text.StartsWith(Sweep, StringComparison.OrdinalIgnoreCase);
        return long.TryParse(isSweep ? text[Sweep.Length..] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(number, isSweep) : null;
    }

    /// <summary>The numbers of all these jobs, each once, in ascending order.</summary>
    /// <param name="jobsOfSweep">Throws when there is no such sweep. A job that is not there is no fault here.</param>
    public static async Task<IReadOnlyList<long>> ResolveAsync(
        IEnumerable<JobReference> references, Func<long, CancellationToken, Task<IReadOnlyList<long>>> jobsOfSweep, CancellationToken ct)
    {
        var numbers = new SortedSet<long>();
        foreach (var reference in references)
        {
            if (reference.IsSweep) numbers.UnionWith(await jobsOfSweep(reference.Number, ct));
            else numbers.Add(reference.Number);
        }

        return [.. numbers];
    }
}
