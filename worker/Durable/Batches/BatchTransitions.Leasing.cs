using Dapper;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Batches;

/// <content>Start jobs, renew, release. Renewals are transactions of their own.</content>
sealed partial class BatchTransitions
{
    static readonly string s_startJobs = ReadCommitted.Alone($"""
        UPDATE jobs SET state = '{JobStates.Running}', started_at = coalesce(started_at, now())
        WHERE job_id IN (
            SELECT job_id FROM jobs WHERE job_id = ANY(@Jobs) AND state = '{JobStates.Queued}' FOR NO KEY UPDATE SKIP LOCKED)
        """);

    /// <summary>
    /// How often a batch is given back uncounted because the database lost commits. No server loses some that often: beyond this the fault
    /// is another one, and the attempt counts.
    /// </summary>
    public const int MostRewinds = 10;

    const string JobIsCancelled = "cancelled";
    const string WindowIsClosed = "closed";
    const string JobIsPaused = "paused";
    const string TermsAreOthers = "changed";

    static readonly string s_renew = ReadCommitted.Alone($"""
        UPDATE batches b SET lease_until = now() + make_interval(secs => @Ttl)
        FROM jobs j
        WHERE {LeaseFence.Held} AND j.job_id = b.job_id AND {LockWait.Limited}
        RETURNING CASE WHEN j.cancel_requested THEN '{JobIsCancelled}' WHEN j.closes_at <= now() THEN '{WindowIsClosed}'
            WHEN b.paused OR EXISTS (SELECT FROM queue_pause) THEN '{JobIsPaused}'
            WHEN j.revision <> @Revision THEN '{TermsAreOthers}' ELSE 'held' END
        """);

    // The batch keeps its place in the queue: a batch that was begun should end before one that was not.
    const string Release = $"""
        UPDATE batches b
        SET state = '{BatchStates.Available}', attempt = attempt - 1, alone = alone OR @Suspect,
            rewinds = rewinds + CASE WHEN @Rewound THEN 1 ELSE 0 END, lease_id = NULL, lease_owner = NULL, lease_until = NULL
        WHERE {LeaseFence.Held} AND NOT (@Rewound AND rewinds >= @MostRewinds)
        """;

    /// <summary>Makes the queued ones of these jobs running, except those whose row another session holds.</summary>
    public Task StartJobsAsync(long[] jobs, CancellationToken ct) => ExecuteAsync(s_startJobs, new { Jobs = jobs }, ct);

    /// <summary>
    /// Extends the lease to <paramref name="ttl"/> from now. A lease that ran out but that nobody took is renewed as well.
    /// </summary>
    public async Task<LeaseState> RenewAsync(BatchLease lease, TimeSpan ttl, CancellationToken ct)
    {
        var found = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            s_renew, new { lease.BatchId, lease.Epoch, lease.LeaseId, lease.Revision, Ttl = ttl.TotalSeconds }, cancellationToken: ct));
        return found switch
        {
            null => LeaseState.Lost,
            JobIsCancelled => LeaseState.CancelRequested,
            WindowIsClosed => LeaseState.WindowClosed,
            JobIsPaused => LeaseState.Paused,
            TermsAreOthers => LeaseState.Changed,
            _ => LeaseState.Held,
        };
    }

    /// <summary>
    /// Makes the batch available, and does not count the attempt. False: the lease is lost, or the batch was given back as rewound
    /// <see cref="MostRewinds"/> times before.
    /// </summary>
    public async Task<bool> ReleaseAsync(LeaseKey lease, ReleaseReason reason, CancellationToken ct) => await ExecuteAsync(Release, new
    {
        lease.BatchId, lease.Epoch, lease.LeaseId, MostRewinds,
        Suspect = reason is ReleaseReason.Suspect, Rewound = reason is ReleaseReason.Rewound,
    }, ct) > 0;
}
