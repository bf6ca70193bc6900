using Npgsql;
using NpgsqlTypes;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Checkpoints;

/// <summary>Appends finished steps in one fenced statement, which is one round trip, and reads their sums.</summary>
sealed partial class CheckpointStore(NpgsqlDataSource db)
{
    // The share lock stops others from taking the batch away until these rows are there. A stale lease locks and writes nothing.
    // Arrays of arrays must be rectangular. So the tokens of all steps are one array, and offset and length cut it.
    // Seconds that come with nodes count only if one of those nodes is new: a statement that is sent again adds them once.
    // Steps that are there already (known) are not part of what the statement builds on: after a commit of unknown outcome it is sent
    // again.
    static readonly string s_append = $"""
        WITH lease AS MATERIALIZED (
            SELECT b.batch_id, b.job_id, b.lease_epoch FROM batches b
            WHERE {LeaseFence.HeldByPosition} AND {WeightsFence.Fits} AND {LockWait.Limited}
            FOR SHARE OF b),
        given AS MATERIALIZED (
            SELECT n.* FROM unnest($9::int[], $10::int[], {NodeColumns.Arrays(12)}) AS n(token_at, token_count, {NodeColumns.Names})),
        asked AS MATERIALIZED (
            SELECT a.* FROM unnest($4::bigint[], $5::float8[], $6::int[], $7::int[], $11::bool[])
                AS a(problem_id, seconds, built_on, restarts, ended)),
        known AS MATERIALIZED (
            SELECT g.problem_id, count(*) AS steps, count(*) FILTER (WHERE n.lease_epoch <> l.lease_epoch) AS repeated
            FROM lease l, given g JOIN nodes n USING (problem_id, no)
            GROUP BY g.problem_id),
        orphans AS MATERIALIZED (
            SELECT DISTINCT g.problem_id
            FROM lease, given g
            LEFT JOIN given p ON p.problem_id = g.problem_id AND p.no = g.parent_no
            LEFT JOIN nodes n ON n.problem_id = g.problem_id AND n.no = g.parent_no
            WHERE g.parent_no > 0 AND p.no IS NULL AND n.no IS NULL),
        rewound AS MATERIALIZED (
            SELECT a.problem_id, a.built_on, coalesce(s.node_count, 0) - coalesce(k.steps, 0) AS held
            FROM lease, asked a
            LEFT JOIN searches s USING (problem_id) LEFT JOIN known k USING (problem_id) LEFT JOIN orphans o USING (problem_id)
            WHERE a.built_on IS NOT NULL AND (coalesce(s.node_count, 0) - coalesce(k.steps, 0) <> a.built_on
                OR coalesce(s.restarts, 0) <> a.restarts OR o.problem_id IS NOT NULL)
            ORDER BY a.problem_id LIMIT 1),
        stored AS (
            INSERT INTO nodes ({NodeColumns.Names}, tokens, lease_epoch)
            SELECT {NodeColumns.NamesIn("g")}, ($8::int[])[g.token_at + 1 : g.token_at + g.token_count], l.lease_epoch
            FROM lease l JOIN problems p USING (batch_id) JOIN given g USING (problem_id)
            WHERE NOT EXISTS (SELECT 1 FROM rewound)
            ORDER BY g.problem_id, g.no
            ON CONFLICT (problem_id, no) DO NOTHING
            RETURNING problem_id, sampled, {NodeSums.Seconds("nodes")} AS decoded),
        sums AS (
            SELECT a.problem_id, a.seconds, a.ended, count(n.problem_id) AS nodes, coalesce(sum(n.sampled), 0) AS sampled,
                   coalesce(sum(n.decoded), 0) AS decoded, EXISTS (SELECT 1 FROM given g WHERE g.problem_id = a.problem_id) AS with_nodes
            FROM asked a LEFT JOIN stored n USING (problem_id)
            GROUP BY a.problem_id, a.seconds, a.ended),
        searched AS (
            INSERT INTO searches AS t (
                problem_id, job_id, lease_epoch, active_seconds, node_count, sampled_tokens, device_seconds, repeated_steps,
                ended_at)
            SELECT s.problem_id, l.job_id, CASE WHEN s.nodes > 0 THEN l.lease_epoch ELSE 0 END, s.seconds, s.nodes, s.sampled, s.decoded,
                coalesce(k.repeated, 0), CASE WHEN s.ended THEN now() END
            FROM lease l JOIN problems p USING (batch_id) JOIN sums s USING (problem_id) LEFT JOIN known k USING (problem_id)
            WHERE (s.nodes > 0 OR k.repeated > 0 OR s.ended OR NOT s.with_nodes) AND NOT EXISTS (SELECT 1 FROM rewound)
            ORDER BY s.problem_id
            ON CONFLICT (problem_id) DO UPDATE
            SET lease_epoch = greatest(t.lease_epoch, excluded.lease_epoch),
                active_seconds = t.active_seconds + excluded.active_seconds,
                node_count = t.node_count + excluded.node_count,
                sampled_tokens = t.sampled_tokens + excluded.sampled_tokens,
                device_seconds = t.device_seconds + excluded.device_seconds,
                repeated_steps = t.repeated_steps + excluded.repeated_steps,
                -- New steps after the end: the search goes on under other limits.
                ended_at = CASE WHEN excluded.node_count > 0 THEN excluded.ended_at ELSE coalesce(t.ended_at, excluded.ended_at) END)
        SELECT EXISTS (SELECT 1 FROM lease), r.problem_id, r.built_on, r.held FROM (SELECT) one LEFT JOIN rewound r ON true
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
    /// <param name="builtOn">
    /// What is stored of each problem without these nodes, as far as the caller knows. A problem that is not in it is not checked.
    /// </param>
    /// <param name="ended">Problems whose search has ended with the steps that are given or stored.</param>
    /// <returns>False: the lease is lost, or the job is pinned to other weights; nothing was written.</returns>
    /// <exception cref="RewoundException">Something else is stored; nothing was written.</exception>
    public async Task<bool> AppendAsync(
        BatchLease lease, IReadOnlyList<CheckpointEntry> nodes, IReadOnlyDictionary<long, double> addedSecondsByProblem,
        CancellationToken ct, IReadOnlyDictionary<long, StoredTree>? builtOn = null, IReadOnlySet<long>? ended = null)
    {
        var problems = nodes.Select(n => n.ProblemId).Union(addedSecondsByProblem.Keys).Union(ended ?? (IEnumerable<long>)[]).ToArray();
        var counts = nodes.Select(n => n.Node.Tokens.Length).ToArray();
        var offsets = new int[counts.Length];
        for (var i = 1; i < offsets.Length; i++) offsets[i] = checked(offsets[i - 1] + counts[i - 1]);

        var append = new NpgsqlBatchCommand(s_append);
        void Add<T>(NpgsqlDbType type, T value) =>
            append.Parameters.Add(new NpgsqlParameter<T> { NpgsqlDbType = type, TypedValue = value });
        Add(NpgsqlDbType.Bigint, lease.BatchId);
        Add(NpgsqlDbType.Bigint, lease.Epoch);
        Add(NpgsqlDbType.Uuid, lease.LeaseId);
        Add(NpgsqlDbType.Array | NpgsqlDbType.Bigint, problems);
        Add(NpgsqlDbType.Array | NpgsqlDbType.Double, problems.Select(p => addedSecondsByProblem.GetValueOrDefault(p)).ToArray());
        Add(NpgsqlDbType.Array | NpgsqlDbType.Integer, problems.Select(p => Known(p)?.Nodes).ToArray());
        Add(NpgsqlDbType.Array | NpgsqlDbType.Integer, problems.Select(p => Known(p)?.Restarts).ToArray());
        Add(NpgsqlDbType.Array | NpgsqlDbType.Integer, nodes.SelectMany(n => n.Node.Tokens).ToArray());
        Add(NpgsqlDbType.Array | NpgsqlDbType.Integer, offsets);
        Add(NpgsqlDbType.Array | NpgsqlDbType.Integer, counts);
        Add(NpgsqlDbType.Array | NpgsqlDbType.Boolean, problems.Select(p => ended?.Contains(p) is true).ToArray());
        append.Add(NodeColumns.All, nodes);
        // A crash before the commit costs these steps, which are sampled again; after it they are never sampled again.
        await using var batch = ReadCommitted.Alone(db, append);
        await using var row = await batch.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        if (!row.IsDBNull(1))
            throw new RewoundException(
                $"problem {row.GetInt64(1)} has {row.GetInt64(3)} stored steps, and this worker builds on {row.GetInt32(2)}");
        var held = row.GetBoolean(0);
        await row.NextResultAsync(ct);
        return held;

        StoredTree? Known(long problem) => builtOn is not null && builtOn.TryGetValue(problem, out var tree) ? tree : null;
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
