using Dapper;
using Npgsql;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Retention;

/// <summary>How much the tables and result files hold.</summary>
sealed class SizeStore(NpgsqlDataSource db)
{
    const string Kinds = """
        CASE c.relname WHEN 'nodes' THEN 'nodes' WHEN 'searches' THEN 'nodes' WHEN 'answers' THEN 'answers' WHEN 'usage' THEN 'usage'
            WHEN 'blobs' THEN 'files' WHEN 'outbox' THEN 'files' WHEN 'problems' THEN 'problems' ELSE 'jobs' END
        """;

    // The number of rows is the server's own estimate: counting would read the tables.
    const string Tables = $"""
        SELECT {Kinds} AS "Kind", c.relname AS "Name", greatest(c.reltuples, s.n_live_tup, 0)::bigint AS "Rows",
            pg_total_relation_size(c.oid) AS "Bytes"
        FROM pg_class c LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
        UNION ALL SELECT 'files', 'result files', count(*), coalesce(sum(bytes), 0)::bigint FROM blobs
        ORDER BY 4 DESC, 2
        """;

    // A job's part of a table is its part of the table's rows. Only the sums are read, not the rows.
    const string Jobs = """
        WITH part AS (
            SELECT j.job_id, j.spec ->> 'name' AS name, j.state, j.finished_at, s.nodes, coalesce(t.answered, 0) AS answers,
                j.problem_count AS problems, coalesce(f.bytes, 0) AS files
            FROM jobs j
            LEFT JOIN job_sums t USING (job_id)
            LEFT JOIN (SELECT job_id, sum(bytes) AS bytes FROM blobs GROUP BY 1) f USING (job_id)
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(node_count) FILTER (WHERE nodes_pruned_at IS NULL), 0) AS nodes
                FROM searches s WHERE s.job_id = j.job_id) s),
        sized AS (
            SELECT *, round(pg_total_relation_size('nodes') * nodes / greatest(sum(nodes) OVER (), 1)) AS node_bytes,
                round(pg_total_relation_size('answers') * answers / greatest(sum(answers) OVER (), 1)) AS answer_bytes,
                round(pg_total_relation_size('usage') * answers / greatest(sum(answers) OVER (), 1)) AS usage_bytes,
                round(pg_total_relation_size('problems') * problems::numeric / greatest(sum(problems) OVER (), 1)) AS problem_bytes
            FROM part)
        SELECT job_id AS "JobId", name AS "Name", state AS "State", finished_at AS "FinishedAt", nodes::bigint AS "Nodes",
            node_bytes::bigint AS "NodeBytes", answer_bytes::bigint AS "AnswerBytes", usage_bytes::bigint AS "UsageBytes",
            problem_bytes::bigint AS "ProblemBytes", files::bigint AS "FileBytes"
        FROM sized
        ORDER BY node_bytes + answer_bytes + usage_bytes + problem_bytes + files DESC, job_id
        LIMIT @Limit
        """;

    /// <summary>Each table with its indexes, and the result files; the largest first.</summary>
    public async Task<IReadOnlyList<TableSize>> TablesAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<TableSize>(
            new CommandDefinition(Tables, commandTimeout: StatementLimit.OfWholeTables(connection), cancellationToken: ct))).AsList();
    }

    /// <summary>The largest jobs.</summary>
    public async Task<IReadOnlyList<JobSize>> JobsAsync(int limit, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<JobSize>(new CommandDefinition(
            Jobs, new { Limit = limit }, commandTimeout: StatementLimit.OfWholeTables(connection), cancellationToken: ct))).AsList();
    }
}
