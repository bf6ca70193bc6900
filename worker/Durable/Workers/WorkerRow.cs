namespace RebaseBatch.Durable.Workers;

/// <summary>A worker that runs, holds a batch, or did so a short time ago.</summary>
sealed record WorkerRow
{
    public required string WorkerId { get; init; }
    public required WorkerState State { get; init; }

    /// <summary>Null for one that never reported, or is of an older version.</summary>
    public required string? Host { get; init; }

    public required int? ProcessId { get; init; }
    public required string? Version { get; init; }
    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>Its last report; null if it has none.</summary>
    public required DateTimeOffset? SeenAt { get; init; }

    /// <summary>Seconds since then, by the database's clock.</summary>
    public required double? SeenSeconds { get; init; }

    public required int? MaxBatches { get; init; }

    /// <summary>How many more batches it may take; null for a lost worker, and while that is not known.</summary>
    public int? Free => State switch
    {
        WorkerState.Lost => null,
        WorkerState.Draining => 0,
        _ => MaxBatches is { } most ? Math.Max(0, most - Batches.Count) : null,
    };

    /// <summary>Null for a lost worker, and while that is not known.</summary>
    public required double? TokensPerSecond { get; init; }

    public required IReadOnlyList<HeldModel> Models { get; init; }
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>What jobs can ask for: <c>key=value</c>, or <c>key</c>.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The only models that it serves, as jobs name them; null: all.</summary>
    public required IReadOnlyList<string>? OnlyModels { get; init; }

    public required IReadOnlyList<HeldBatch> Batches { get; init; }

    /// <summary>When the last of its leases ends; null without a batch.</summary>
    public required DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>What it has found that it can't serve; null for nothing.</summary>
    public required string? Lacks { get; init; }
}
