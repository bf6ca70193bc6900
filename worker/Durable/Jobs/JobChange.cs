using System.Globalization;
using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Jobs;

/// <summary>What can change while a job waits or runs. What is null stays as it is.</summary>
sealed record JobChange
{
    public int? Priority { get; init; }

    /// <summary>Empty: no team.</summary>
    public string? Team { get; init; }

    /// <summary>Empty: no needs.</summary>
    public LabelSet? Needs { get; init; }

    public long? MaxTokensPerJob { get; init; }
    public double? MaxFlopsPerJob { get; init; }
    public double? MaxDeviceSecondsPerJob { get; init; }
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Takes away the job's limits that are not given here.</summary>
    public bool WithoutLimits { get; init; }

    /// <summary>Takes the job's deadline away.</summary>
    public bool WithoutDeadline { get; init; }

    /// <summary>The change as the options of <c>jobs set</c>.</summary>
    public string Words()
    {
        (string Option, IFormattable? Value)[] numbers =
        [
            ("priority", Priority), ("max-tokens-per-job", MaxTokensPerJob), ("max-flops-per-job", MaxFlopsPerJob),
            ("max-device-seconds-per-job", MaxDeviceSecondsPerJob), ("deadline", Deadline),
        ];
        IEnumerable<string> words =
        [
            .. numbers.Where(one => one.Value is not null)
                .Select(one => $"--{one.Option} {one.Value!.ToString(null, CultureInfo.InvariantCulture)}"),
            .. Team is null ? [] : (string[])[$"--team {Team}"],
            .. Needs is null ? [] : Needs.IsEmpty ? ["--no-needs"] : Needs.Texts.Select(need => $"--needs {need}"),
            .. WithoutLimits ? ["--no-limits"] : (string[])[], .. WithoutDeadline ? ["--no-deadline"] : (string[])[],
        ];
        return string.Join(' ', words);
    }

    /// <summary>The settings after the change.</summary>
    public JobSpec Of(JobSpec spec) => spec with
    {
        Priority = Priority ?? spec.Priority,
        Team = Team is null ? spec.Team : Team.Length == 0 ? null : Team,
        Needs = Needs is null ? spec.Needs : Needs.IsEmpty ? null : Needs,
        MaxTokensPerJob = MaxTokensPerJob ?? (WithoutLimits ? null : spec.MaxTokensPerJob),
        MaxFlopsPerJob = MaxFlopsPerJob ?? (WithoutLimits ? null : spec.MaxFlopsPerJob),
        MaxDeviceSecondsPerJob = MaxDeviceSecondsPerJob ?? (WithoutLimits ? null : spec.MaxDeviceSecondsPerJob),
        Deadline = WithoutDeadline ? null : Deadline ?? spec.Deadline,
    };
}
