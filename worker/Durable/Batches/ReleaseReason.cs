namespace RebaseBatch.Durable.Batches;

/// <summary>Why a holder gives its batch back uncounted.</summary>
enum ReleaseReason
{
    /// <summary>
    /// The worker drains, the job's window closed, the job was paused or changed, or the worker's machine can't serve the batch.
    /// </summary>
    LeftToOthers,

    /// <summary>The engine stopped, and the batch may be why: its next holder takes no other batch beside it.</summary>
    Suspect,

    /// <summary>The database lost commits under the lease.</summary>
    Rewound,
}
