namespace RebaseBatch.Contracts.Gates;

/// <summary>The body of a webhook, in the form that Standard Webhooks recommends: type, timestamp, data.</summary>
/// <param name="Type">One of the constants here.</param>
/// <param name="Timestamp">When the verdict was stored: the same in every attempt, as the whole body is.</param>
public sealed record VerdictEvent(string Type, DateTimeOffset Timestamp, VerdictEventData Data)
{
    /// <summary>A run was judged.</summary>
    public const string Judged = "schedule.judged";

    /// <summary>A due run did not finish, or never began.</summary>
    public const string Stale = "schedule.stale";

    /// <summary>Somebody tries out the address: the verdict is made up.</summary>
    public const string Test = "schedule.test";
}
