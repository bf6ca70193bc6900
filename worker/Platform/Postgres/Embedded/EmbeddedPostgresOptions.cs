namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>Where the private server has its files, and how long its starter waits.</summary>
sealed record EmbeddedPostgresOptions
{
    /// <summary>The program's data folder; the server uses <c>postgres</c> in it.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The folder with PostgreSQL's <c>bin</c>, <c>lib</c> and <c>share</c>.</summary>
    public string BinariesDirectory { get; init; } = Path.Combine(AppContext.BaseDirectory, "native", "postgres");

    /// <summary>False: faster, but committed work may not survive a crash of the machine. For tests only.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Longest time until the server answers; enough for a crash recovery on a slow disk.</summary>
    public TimeSpan StartDeadline { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a running server may answer no attempt to connect before it counts as hung.</summary>
    public TimeSpan HungAfter { get; init; } = TimeSpan.FromSeconds(30);
}
