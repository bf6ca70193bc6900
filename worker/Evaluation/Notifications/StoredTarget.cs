namespace RebaseBatch.Evaluation.Notifications;

/// <summary>A stored target with what became of its newest notification.</summary>
/// <param name="Number">Unique over all schedules; people name the target by it.</param>
sealed record StoredTarget(long Number, NotificationTarget Target)
{
    /// <summary>Notifications that were delivered.</summary>
    public required int Delivered { get; init; }

    /// <summary>Those that are still tried.</summary>
    public required int Waiting { get; init; }

    /// <summary>Those that were given up.</summary>
    public required int GivenUp { get; init; }

    /// <summary>Why the newest attempt that failed did, of those that were not delivered later; null: there is none.</summary>
    public required string? LastError { get; init; }

    /// <summary>When one was delivered last.</summary>
    public required DateTimeOffset? DeliveredAt { get; init; }
}
