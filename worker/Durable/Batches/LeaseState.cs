namespace RebaseBatch.Durable.Batches;

/// <summary>What a renewal found.</summary>
enum LeaseState
{
    /// <summary>Renewed.</summary>
    Held,

    /// <summary>Renewed, and the job is to be cancelled: end the batch soon.</summary>
    CancelRequested,

    /// <summary>Renewed, and the job's window is over: give the batch back soon. Nobody takes it before the next one.</summary>
    WindowClosed,

    /// <summary>The batch is someone else's by now: stop, write nothing.</summary>
    Lost,
}
