namespace RebaseBatch.Durable.Batches;

/// <summary>A batch as its claim returns it.</summary>
sealed record ClaimedBatch
{
    public required long BatchId { get; init; }
    public required long JobId { get; init; }
    public required int BatchNo { get; init; }
    public required int Attempt { get; init; }
    public required long Epoch { get; init; }
    public required Guid LeaseId { get; init; }

    /// <summary>The job's settings as stored: JSON that a newer version may have written.</summary>
    public required string Spec { get; init; }

    /// <summary>The job's state before the claim.</summary>
    public required string JobState { get; init; }

    /// <summary>The claim's moment, UTC, by the database's clock.</summary>
    public required DateTime ClaimedAt { get; init; }

    /// <inheritdoc cref="BatchLease.IsAlone"/>
    public required bool IsAlone { get; init; }

    /// <inheritdoc cref="BatchLease.Revision"/>
    public required int Revision { get; init; }

    /// <inheritdoc cref="BatchLease.Key"/>
    public LeaseKey Key => new(BatchId, Epoch, LeaseId);
}
