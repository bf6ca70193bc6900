namespace RebaseBatch.Durable.Batches;

/// <summary>What a renewal found.</summary>
enum LeaseState
{
    /// <summary>Renewed.</summary>
    Held,

    /// <summary>Renewed, but the user cancelled the job: end the batch soon.</summary>
    CancelRequested,

    /// <summary>Renewed, but the job's window is over: give the batch back soon. Nobody can claim it before the next window.</summary>
    WindowClosed,

    /// <summary>
    /// Renewed, but the job or the whole queue is paused: give the batch back soon. Nobody can claim it before it goes on.
    /// </summary>
    Paused,

    /// <summary>
    /// Renewed, but the job's limits or its deadline are others than at the claim: give the batch back soon. Its next holder goes on under
    /// the new ones.
    /// </summary>
    Changed,

    /// <summary>Another worker has, or may have, the batch: stop and write nothing.</summary>
    Lost,
}
