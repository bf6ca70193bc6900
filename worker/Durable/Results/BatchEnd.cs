namespace RebaseBatch.Durable.Results;

/// <summary>How the holder of a lease ends its batch.</summary>
enum BatchEnd
{
    /// <summary>Every problem has an answer, be it an error.</summary>
    Completed,

    /// <summary>The job was cancelled; problems may be without an answer.</summary>
    Cancelled,
}
