using Dapper;
using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Retention;

/// <summary>Finds the jobs that ended long ago.</summary>
sealed class OldJobs(NpgsqlDataSource db)
{
    /// <summary>
    /// The days that job <c>j</c> keeps its steps; null without a setting. Anything but a number, which a newer version may have stored,
    /// must not stop the deletions for all jobs.
    /// </summary>
    public const string KeepDays =
        "CASE WHEN jsonb_typeof(j.spec -> 'keep_nodes_days') = 'number' THEN (j.spec ->> 'keep_nodes_days')::double precision END";

    // A job's own setting may keep its steps longer. A baseline is still compared with, and stays whole.
    const string Old = $"""
        SELECT j.job_id AS "JobId", j.spec ->> 'name' AS "Name", j.finished_at AS "FinishedAt", coalesce(s.nodes, 0) AS "Nodes"
        FROM jobs j
        LEFT JOIN LATERAL (
            SELECT sum(node_count)::bigint AS nodes FROM searches s WHERE s.job_id = j.job_id AND nodes_pruned_at IS NULL) s ON true
        WHERE j.state IN {JobStates.Ended}
          AND j.finished_at < now() - make_interval(
              secs => greatest(@Seconds, CASE WHEN @NodesOnly THEN 86400 * {KeepDays} END))
          AND (NOT @NodesOnly OR s.nodes > 0)
          AND (@NodesOnly OR NOT EXISTS (
              SELECT FROM sweep_jobs m JOIN schedules c ON c.baseline_sweep_id = m.sweep_id WHERE m.job_id = j.job_id))
        ORDER BY j.finished_at, j.job_id
        """;

    /// <param name="nodesOnly">Only jobs that have steps; else also those without, but none that a schedule is compared with.</param>
    /// <returns>The jobs that ended longer ago than <paramref name="keep"/>, the oldest first.</returns>
    public async Task<IReadOnlyList<OldJob>> FindAsync(TimeSpan keep, bool nodesOnly, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<OldJob>(new CommandDefinition(
            Old, new { Seconds = keep.TotalSeconds, NodesOnly = nodesOnly },
            commandTimeout: StatementLimit.OfWholeTables(connection), cancellationToken: ct))).AsList();
    }
}
