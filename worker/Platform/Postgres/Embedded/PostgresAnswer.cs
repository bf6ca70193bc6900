namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>What came of an attempt to connect.</summary>
enum PostgresAnswer
{
    Ready,

    /// <summary>It says that it is starting, recovering or stopping.</summary>
    Busy,

    /// <summary>Nobody listens.</summary>
    Absent,

    /// <summary>Somebody listens and says nothing.</summary>
    Silent,
}
