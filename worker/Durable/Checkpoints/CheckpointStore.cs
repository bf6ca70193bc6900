using Npgsql;
using NpgsqlTypes;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Checkpoints;

/// <summary>Appends finished steps in one fenced statement, which is one round trip, and reads their sums.</summary>
sealed class CheckpointStore(NpgsqlDataSource db)
{
    // The share lock stops others from taking the batch away until these rows are there. A stale epoch locks and writes nothing.
    // Arrays of arrays must be rectangular. So the tokens of all steps are one array, and offset and length cut it.
    // Seconds that come with nodes count only if one of those nodes is new: a statement that is sent again adds them once.
    static readonly string s_append = $"""
        WITH lease AS MATERIALIZED (
            SELECT b.batch_id, b.job_id, b.lease_epoch FROM batches b
            WHERE {LeaseFence.HeldByPosition} AND {WeightsFence.Fits} AND {LockWait.Limited}
            FOR SHARE OF b),
        given AS MATERIALIZED (
            SELECT n.* FROM unnest($7::int[], $8::int[], {NodeColumns.Arrays(9)}) AS n(token_at, token_count, {NodeColumns.Names})),
        stored AS (
            INSERT INTO nodes ({NodeColumns.Names}, tokens, lease_epoch)
            SELECT {NodeColumns.NamesIn("g")}, ($6::int[])[g.token_at + 1 : g.token_at + g.token_count], l.lease_epoch
            FROM lease l JOIN problems p USING (batch_id) JOIN given g USING (problem_id)
            ORDER BY g.problem_id, g.no
            ON CONFLICT (problem_id, no) DO NOTHING
            RETURNING problem_id, sampled, policy_seconds + reward_seconds AS decoded),
        sums AS (
            SELECT s.problem_id, s.seconds, count(n.problem_id) AS nodes, coalesce(sum(n.sampled), 0) AS sampled,
                   coalesce(sum(n.decoded), 0) AS decoded, EXISTS (SELECT 1 FROM given g WHERE g.problem_id = s.problem_id) AS with_nodes
            FROM unnest($4::bigint[], $5::float8[]) AS s(problem_id, seconds) LEFT JOIN stored n USING (problem_id)
            GROUP BY s.problem_id, s.seconds),
        repeated AS (
            SELECT g.problem_id, count(*) AS steps
            FROM lease l, given g JOIN nodes n USING (problem_id, no) WHERE n.lease_epoch <> l.lease_epoch
            GROUP BY g.problem_id),
        searched AS (
            INSERT INTO searches AS t (
                problem_id, job_id, lease_epoch, active_seconds, node_count, sampled_tokens, device_seconds, repeated_steps)
            SELECT s.problem_id, l.job_id, CASE WHEN s.nodes > 0 THEN l.lease_epoch ELSE 0 END, s.seconds, s.nodes, s.sampled, s.decoded,
                coalesce(r.steps, 0)
            FROM lease l JOIN problems p USING (batch_id) JOIN sums s USING (problem_id) LEFT JOIN repeated r USING (problem_id)
            WHERE s.nodes > 0 OR r.steps > 0 OR NOT s.with_nodes
            ORDER BY s.problem_id
            ON CONFLICT (problem_id) DO UPDATE
            SET lease_epoch = greatest(t.lease_epoch, excluded.lease_epoch),
                active_seconds = t.active_seconds + excluded.active_seconds,
                node_count = t.node_count + excluded.node_count,
                sampled_tokens = t.sampled_tokens + excluded.sampled_tokens,
                device_seconds = t.device_seconds + excluded.device_seconds,
                repeated_steps = t.repeated_steps + excluded.repeated_steps)
        SELECT EXISTS (SELECT 1 FROM lease)
        """;

    // PostgreSQL hashes a subquery. Older servers would compare with each element of a long array.
    const string WorkStored = """
        SELECT coalesce(sum(sampled_tokens), 0)::bigint, coalesce(sum(device_seconds), 0)
        FROM searches WHERE job_id = $1 AND problem_id NOT IN (SELECT unnest($2::bigint[]))
        """;

    /// <summary>
    /// Stores the steps and adds to the searches' active time. A second call, after a commit of unknown outcome, stores nothing twice. Only
    /// the seconds of a problem that has no node among <paramref name="nodes"/> would be added twice.
    /// </summary>
    /// <param name="addedSecondsByProblem">Active seconds since the last checkpoint, by problem id.</param>
    /// <returns>False: the lease is lost, or the job is pinned to other weights; nothing was written.</returns>
    public async Task<bool> AppendAsync(
        BatchLease lease, IReadOnlyList<CheckpointEntry> nodes, IReadOnlyDictionary<long, double> addedSecondsByProblem,
        CancellationToken ct)
    {
        var problems = nodes.Select(n => n.ProblemId).Union(addedSecondsByProblem.Keys).ToArray();
        var counts = nodes.Select(n => n.Node.Tokens.Length).ToArray();
        var offsets = new int[counts.Length];
        for (var i = 1; i < offsets.Length; i++) offsets[i] = checked(offsets[i - 1] + counts[i - 1]);

        await using var command = db.CreateCommand(s_append);
        void Add<T>(NpgsqlDbType type, T value) =>
            command.Parameters.Add(new NpgsqlParameter<T> { NpgsqlDbType = type, TypedValue = value });
        Add(NpgsqlDbType.Bigint, lease.BatchId);
        Add(NpgsqlDbType.Bigint, lease.Epoch);
        Add(NpgsqlDbType.Uuid, lease.LeaseId);
        Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, problems);
        Add(NpgsqlDbType.Array | NpgsqlDbType.Double, problems.Select(p => addedSecondsByProblem.GetValueOrDefault(p)).ToArray());
        Add(NpgsqlDbType.Array | NpgsqlDbType.Integer, nodes.SelectMany(n => n.Node.Tokens).ToArray());
        Add(NpgsqlDbType.Array | NpgsqlDbType.Integer, offsets);
        Add(NpgsqlDbType.Array | NpgsqlDbType.Integer, counts);
        foreach (var column in NodeColumns.All) command.Parameters.Add(column.Write(nodes));
        // A crash before the commit costs these steps, which are sampled again; after it they are never sampled again.
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>The stored work of the job's searches, over all workers and attempts.</summary>
    /// <param name="leftOut">Problems that don't count.</param>
    public async Task<DecodedWork> WorkStoredAsync(long jobId, IReadOnlyList<long> leftOut, CancellationToken ct)
    {
        await using var command = db.CreateCommand(WorkStored);
        command.Parameters.Add(new() { Value = jobId });
        command.Parameters.Add(new() { Value = leftOut.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return new(row.GetInt64(0), row.GetDouble(1));
    }
}
