using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Jobs;

/// <summary>How a job gets into the queue, beside what it is.</summary>
sealed record JobOrder
{
    /// <summary>Where its inputs came from.</summary>
    public JobOrigin Origin { get; init; } = new();

    public TagSet Tags { get; init; } = TagSet.None;

    public JobAfter After { get; init; } = JobAfter.None;

    /// <summary>Whether a job with the same inputs (dataset, settings, weights) takes its place.</summary>
    public bool IsUnique { get; init; }

    /// <summary>A job with this key takes its place, whatever its inputs; null: none does.</summary>
    public string? UniqueKey { get; init; }
}
