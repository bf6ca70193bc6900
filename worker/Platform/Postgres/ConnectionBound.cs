namespace RebaseBatch.Platform.Postgres;

/// <summary>The most connections that a process opens at once, by what they are for.</summary>
/// <param name="Work">For the work: claims, checkpoints, results, schedules. No code opens a second one while it holds one.</param>
/// <param name="Leases">For the renewals of leases; while no batch is held, one of them listens for new jobs.</param>
/// <param name="Lasts">Whether the process runs for long: then it is worth to prepare its statements.</param>
sealed record ConnectionBound(int Work, int Leases, bool Lasts)
{
    /// <summary>For the worker's page and its reports, opened when somebody looks: a long report must not delay a checkpoint.</summary>
    public const int Pages = 1;

    /// <summary>A command ends soon.</summary>
    public static ConnectionBound OfCommand { get; } = new(10, 2, Lasts: false);

    /// <summary>
    /// For a worker that holds up to <paramref name="batches"/> batches: 1 and 1 by default, so that forty of them stay below the 100 that
    /// a server has by default. Renewals of many batches get a second connection: each of them may wait 4 s for a row.
    /// </summary>
    public static ConnectionBound OfWorker(int batches) => new(1 + batches / 8, batches > 4 ? 2 : 1, Lasts: true);
}
