namespace RebaseBatch.Evaluation.Notifications;

/// <summary>A notification that a worker took.</summary>
/// <param name="Id">The same in every attempt.</param>
/// <param name="Token">The token of this take: a worker with an older token can change nothing.</param>
/// <param name="Attempts">Number of takes, including this one.</param>
/// <param name="Age">Since the verdict was stored, by the database's clock.</param>
sealed record DueNotification(
    Guid Id, Guid Token, int Attempts, TimeSpan Age, NotificationAddress Address, NotificationForm Form, Notification Content)
{
    /// <summary>As receivers see it.</summary>
    public string PublicId => $"msg_{Id:N}";
}
