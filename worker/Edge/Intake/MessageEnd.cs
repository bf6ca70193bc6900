namespace RebaseBatch.Edge.Intake;

/// <summary>What becomes of a message.</summary>
abstract record MessageEnd
{
    /// <summary>It is a job now, or had been one: off the queue.</summary>
    /// <param name="JobId">The job; null when another delivery made it a moment ago.</param>
    /// <param name="IsNew">Whether this delivery made it.</param>
    public sealed record Accepted(long? JobId, bool IsNew) : MessageEnd;

    /// <summary>No delivery will ever make a job of it: aside, for people.</summary>
    public sealed record Refused(string Reason, string Detail) : MessageEnd;

    /// <summary>Not now: back into the queue.</summary>
    /// <param name="IsDatabase">Whether the database is what is away.</param>
    public sealed record Deferred(string Why, bool IsDatabase) : MessageEnd;
}
