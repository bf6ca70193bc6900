namespace RebaseBatch.Durable.Retention;

/// <summary>What a job holds, in bytes: its part of each table by its part of the rows, and its result files.</summary>
sealed record JobSize
{
    public required long JobId { get; init; }
    public required string Name { get; init; }

    /// <summary>As stored.</summary>
    public required string State { get; init; }

    public required DateTime? FinishedAt { get; init; }

    /// <summary>Stored steps that were not pruned.</summary>
    public required long Nodes { get; init; }

    public required long NodeBytes { get; init; }
    public required long AnswerBytes { get; init; }
    public required long UsageBytes { get; init; }
    public required long ProblemBytes { get; init; }
    public required long FileBytes { get; init; }

    public long Bytes => NodeBytes + AnswerBytes + UsageBytes + ProblemBytes + FileBytes;
}
