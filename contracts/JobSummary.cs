namespace RebaseBatch.Contracts;

/// <summary>The file written when a job's last batch ends.</summary>
public sealed record JobSummary
{
    public required long JobId { get; init; }
    public required JobSpec Spec { get; init; }
    public required JobState State { get; init; }
    public required int Problems { get; init; }
    public required int Answered { get; init; }
    public required int Failed { get; init; }
    public IReadOnlyList<AccuracyRecord> Accuracy { get; init; } = [];
    public long SampledTokens { get; init; }
    public double PolicyFlops { get; init; }
    public double TotalFlops { get; init; }
    public DateTimeOffset EnqueuedAt { get; init; }
    public DateTimeOffset FinishedAt { get; init; }
}
