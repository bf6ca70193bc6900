namespace RebaseBatch.Durable.Sharing;

/// <summary>How the queue stands, and what holds it back.</summary>
/// <param name="PausedAt">Since when the whole queue is paused; null when it is not.</param>
/// <param name="Due">Batches that a worker could claim now.</param>
/// <param name="Running">Batches under a lease.</param>
/// <param name="Later">Batches that wait for a time.</param>
/// <param name="Paused">Waiting batches of paused jobs, or of the whole queue while that is paused.</param>
/// <param name="Unserved">Of the due batches, those that no running worker can serve.</param>
sealed record QueueSettings(DateTime? PausedAt, int Due, int Running, int Later, int Paused, int Unserved)
{
    public IReadOnlyList<ModelCap> Caps { get; init; } = [];
}
