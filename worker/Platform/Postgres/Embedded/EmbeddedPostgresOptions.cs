namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>Where the private server lives, and how patient its starter is.</summary>
sealed record EmbeddedPostgresOptions
{
    /// <summary>A folder of ours; the server keeps its own below it, in <c>postgres</c>.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The folder with PostgreSQL's <c>bin</c>, <c>lib</c> and <c>share</c>.</summary>
    public string BinariesDirectory { get; init; } = Path.Combine(AppContext.BaseDirectory, "native", "postgres");

    /// <summary>False gives up the promise that committed work survives a crash of the machine, for speed. For tests only.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Whole time to get the server answering; long enough for a crash recovery on a slow disk.</summary>
    public TimeSpan StartDeadline { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a running server may leave every attempt to connect unanswered before it counts as hung.</summary>
    public TimeSpan HungAfter { get; init; } = TimeSpan.FromSeconds(30);
}
