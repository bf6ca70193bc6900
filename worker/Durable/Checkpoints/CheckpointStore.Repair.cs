using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Checkpoints;

/// <content>What a batch's holder does about steps that can't be continued, and about sums that are not those of the steps.</content>
sealed partial class CheckpointStore
{
    static readonly string s_recount = $"""
        WITH lease AS MATERIALIZED (
            SELECT b.batch_id, b.job_id FROM batches b
            WHERE {LeaseFence.HeldByPosition} AND {LockWait.Limited}
            FOR SHARE),
        there AS (
            SELECT p.problem_id, l.job_id, count(n.no) AS nodes, coalesce(sum(n.sampled), 0) AS sampled,
                coalesce(sum({NodeSums.Seconds("n")}), 0) AS decoded
            FROM lease l JOIN problems p USING (batch_id) LEFT JOIN nodes n USING (problem_id)
            WHERE NOT EXISTS (SELECT 1 FROM answers a WHERE a.problem_id = p.problem_id)
            GROUP BY p.problem_id, l.job_id),
        counted AS (
            INSERT INTO searches AS s (problem_id, job_id, lease_epoch, active_seconds, node_count, sampled_tokens, device_seconds)
            SELECT t.problem_id, t.job_id, 0, 0, t.nodes, t.sampled, t.decoded
            FROM there t LEFT JOIN searches s USING (problem_id)
            WHERE (coalesce(s.node_count, 0), coalesce(s.sampled_tokens, 0)) <> (t.nodes, t.sampled)
            ORDER BY t.problem_id
            ON CONFLICT (problem_id) DO UPDATE
            SET node_count = excluded.node_count, sampled_tokens = excluded.sampled_tokens, device_seconds = excluded.device_seconds
            RETURNING 1)
        SELECT count(*) FROM counted
        """;

    // The number of restarts is set and not raised, so that a statement that is sent again counts once.
    static readonly string s_restart = $"""
        WITH lease AS MATERIALIZED (
            SELECT b.batch_id, b.job_id FROM batches b
            WHERE {LeaseFence.HeldByPosition} AND {LockWait.Limited}
            FOR SHARE),
        begun AS MATERIALIZED (SELECT p.problem_id, l.job_id FROM lease l JOIN problems p USING (batch_id) WHERE p.problem_id = $4),
        gone AS (DELETE FROM nodes n USING begun b WHERE n.problem_id = b.problem_id),
        anew AS (
            INSERT INTO searches (problem_id, job_id, lease_epoch, active_seconds, node_count, sampled_tokens, device_seconds, restarts)
            SELECT problem_id, job_id, 0, 0, 0, 0, 0, $5 FROM begun
            ON CONFLICT (problem_id) DO UPDATE
            SET lease_epoch = 0, active_seconds = 0, node_count = 0, sampled_tokens = 0, device_seconds = 0, restarts = excluded.restarts,
                ended_at = NULL)
        SELECT EXISTS (SELECT 1 FROM lease)
        """;

    /// <summary>
    /// Sets the sums of the batch's unanswered searches to those of the stored steps where they differ. They do where steps were deleted,
    /// or where a server came back with a part of its tables.
    /// </summary>
    /// <returns>How many searches had other sums; 0 too when the lease is lost, and then nothing was written.</returns>
    public async Task<long> RecountAsync(BatchLease lease, CancellationToken ct) => (long)await RunAsync(s_recount, lease, ct);

    /// <summary>Deletes the stored steps of a search, with their sums. May be called again after a commit of unknown outcome.</summary>
    /// <param name="restarts">The number of the restart, from 1.</param>
    /// <returns>False: the lease is lost and nothing was written.</returns>
    public async Task<bool> RestartAsync(BatchLease lease, long problem, int restarts, CancellationToken ct) =>
        // A crash before the commit: the next holder finds the same steps, and begins the search anew. After it: it finds none.
        (bool)await RunAsync(s_restart, lease, ct, problem, restarts);

    async Task<object> RunAsync(string sql, BatchLease lease, CancellationToken ct, params object[] more)
    {
        var statement = new NpgsqlBatchCommand(sql);
        foreach (var value in (object[])[lease.BatchId, lease.Epoch, lease.LeaseId, .. more])
            statement.Parameters.Add(new() { Value = value });
        await using var batch = ReadCommitted.Alone(db, statement).For(lease.Spec.BatchSize);
        return (await batch.ExecuteScalarAsync(ct))!;
    }
}
