namespace RebaseBatch.Edge.Dashboard;

/// <summary>What the fleet's page shows and <c>/api/fleet.json</c> says, all from the tables. Times in seconds, moments in UTC.</summary>
sealed record FleetStatus
{
    /// <summary>Id of the worker that answers.</summary>
    public required string Worker { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Why the rest is out of date or missing; null while the database answers.</summary>
    public required string? DatabaseError { get; init; }

    /// <summary>Workers that reported within the last minute.</summary>
    public required int Alive { get; init; }

    public required int Lost { get; init; }

    /// <summary>Sampled policy tokens of all living workers, over the last half minute.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Batches that the living workers may still take.</summary>
    public required int Free { get; init; }

    /// <summary>Batches under a lease.</summary>
    public required long Held { get; init; }

    /// <summary>Batches that a worker may claim now.</summary>
    public required long Due { get; init; }

    /// <summary>Batches that wait for a time, as after a failed attempt.</summary>
    public required long Later { get; init; }

    /// <summary>The living ones first.</summary>
    public required IReadOnlyList<FleetWorker> Workers { get; init; }

    /// <summary>How many workers are left out of <see cref="Workers"/>.</summary>
    public required int WorkersLeftOut { get; init; }

    /// <summary>The unfinished batches by their models, most due batches first.</summary>
    public required IReadOnlyList<FleetQueue> Queue { get; init; }

    /// <summary>The same batches by priority and team, the highest priority first.</summary>
    public required IReadOnlyList<FleetLine> Lines { get; init; }
}
