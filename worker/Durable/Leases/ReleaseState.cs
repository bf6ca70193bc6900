namespace RebaseBatch.Durable.Leases;

/// <summary>What became of a batch that was to be given back.</summary>
enum ReleaseState
{
    /// <summary>Available to others.</summary>
    Released,

    /// <summary>The job is to be cancelled meanwhile, so that nobody will go on with the batch: nothing was written, and its holder ends it with the results there are.</summary>
    CancelRequested,

    /// <summary>The batch is someone else's by now, and nothing was written.</summary>
    Lost,
}
