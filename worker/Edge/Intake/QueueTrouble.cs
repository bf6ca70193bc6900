namespace RebaseBatch.Edge.Intake;

/// <summary>Why no message can be received for now.</summary>
/// <param name="IsRefused">Whether somebody must correct it: the queue does not exist, or a role is missing. Otherwise it is away.</param>
/// <param name="AtReceive">Whether it was found when a message was asked for; a look at the queue may find nothing wrong then.</param>
sealed record QueueTrouble(string Reason, bool IsRefused, bool AtReceive)
{
    public static readonly QueueTrouble NotAsked = new("the queue was not asked yet", IsRefused: false, AtReceive: false);
}
