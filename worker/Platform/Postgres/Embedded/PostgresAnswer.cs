namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>The result of an attempt to connect.</summary>
enum PostgresAnswer
{
    Ready,

    /// <summary>The server says that it is starting, recovering or stopping.</summary>
    Busy,

    /// <summary>No process listens.</summary>
    Absent,

    /// <summary>A process listens and does not answer.</summary>
    Silent,
}
