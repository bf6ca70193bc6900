namespace RebaseBatch.Edge.Dashboard;

/// <summary>A worker of the fleet.</summary>
sealed record FleetWorker
{
    public required string Worker { get; init; }

    /// <summary>working, idle, draining or lost.</summary>
    public required string State { get; init; }

    public required string? Host { get; init; }
    public required int? Process { get; init; }
    public required string? Version { get; init; }
    public required IReadOnlyList<string> Models { get; init; }
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>What jobs can ask for: <c>key=value</c>, or <c>key</c>.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The batches it holds, as <c>7/2</c> (the job and its batch), with the dataset.</summary>
    public required IReadOnlyList<string> Batches { get; init; }

    public required int? Free { get; init; }
    public required double? TokensPerSecond { get; init; }
    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>Seconds since its last report; null if it has none.</summary>
    public required double? SeenSeconds { get; init; }

    /// <summary>When the last of its leases ends; null without a batch.</summary>
    public required DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>What it can't serve; null for nothing.</summary>
    public required string? Lacks { get; init; }
}
