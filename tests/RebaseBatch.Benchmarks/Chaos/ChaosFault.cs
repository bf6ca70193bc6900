namespace RebaseBatch.Benchmarks.Chaos;

/// <summary>Something that goes wrong while workers work.</summary>
/// <param name="Name">For the table, and for <c>--fault</c>.</param>
/// <param name="DoAsync">Does it once, and ends what does not end by itself.</param>
sealed record ChaosFault(string Name, Func<ChaosBench, Task> DoAsync)
{
    /// <summary>Further settings of all workers but the first, such as <c>Models:x:Path=/nowhere</c>.</summary>
    public IReadOnlyList<string> OthersSettings { get; init; } = [];

    /// <summary>
    /// Fruitless attempts until a batch is discarded. A batch may lose its worker before its first step any number of times, and that is
    /// never the batch's fault.
    /// </summary>
    public int MaxAttempts { get; init; } = 100;

    /// <summary>Whether the workers reach the server through <see cref="ChaosBench.Pooler"/>.</summary>
    public bool ThroughPooler { get; init; }

    /// <summary>Whether the server's folder is on <see cref="ChaosBench.Disk"/>.</summary>
    public bool OnSmallDisk { get; init; }

    /// <summary>The PgBouncer through which the workers reach the server; null for none.</summary>
    public string? PgBouncer { get; init; }
}
