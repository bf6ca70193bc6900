namespace RebaseBatch.Leases;

/// <summary>What a renewal found.</summary>
enum LeaseState
{
    /// <summary>Renewed.</summary>
    Held,

    /// <summary>Renewed, and the job is to be cancelled: end the batch soon.</summary>
    CancelRequested,

    /// <summary>The batch is someone else's by now: stop, write nothing.</summary>
    Lost,
}
