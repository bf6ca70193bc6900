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

    /// <summary>Another worker has, or may have, the batch: stop and write nothing.</summary>
    Lost,
}
