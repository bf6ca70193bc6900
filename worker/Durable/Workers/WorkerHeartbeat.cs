namespace RebaseBatch.Durable.Workers;

/// <summary>What a worker says of itself, for people.</summary>
sealed record WorkerHeartbeat
{
    public required string Host { get; init; }
    public required int ProcessId { get; init; }

    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>For how long it has run, in seconds.</summary>
    public required double UpSeconds { get; init; }

    /// <summary>Whether it takes no more batches, because it was asked to stop.</summary>
    public required bool IsDraining { get; init; }

    /// <summary>How many batches it may hold.</summary>
    public required int MaxBatches { get; init; }

    /// <summary>Sampled policy tokens, over the last half minute.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>The models that are loaded.</summary>
    public required IReadOnlyList<HeldModel> Models { get; init; }

    /// <summary>What decodes, with its description; empty while nothing that is loaded decodes on this machine.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>What jobs can ask for: <c>key=value</c>, or <c>key</c>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The only models that it serves, as jobs name them; null: all.</summary>
    public IReadOnlyList<string>? OnlyModels { get; init; }
}
