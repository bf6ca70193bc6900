namespace RebaseBatch.Durable.Leases;

/// <summary>The result of giving a batch back.</summary>
enum ReleaseState
{
    /// <summary>Other workers can claim it.</summary>
    Released,

    /// <summary>
    /// The user cancelled the job, so nobody will go on with the batch. Nothing was written: the holder ends it with the results it has.
    /// </summary>
    CancelRequested,

    /// <summary>Another worker has, or may have, the batch, and nothing was written.</summary>
    Lost,
}
