using Dapper;
using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Events;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Retention;

/// <summary>
/// Deletes the stored steps of jobs that ended long ago. Answers, usage and sums stay. Each call is one short transaction under the job's
/// lock, so a crash leaves whole trees and deleted ones, and any number of workers may do it at once.
/// </summary>
/// <param name="by">Who deletes; null: the user of this process.</param>
sealed class NodePruning(NpgsqlDataSource db, Actor? by = null)
{
    // At width 64 a search has about a thousand steps.
    const int Searches = 50;

    // Deleting a step costs far more than a read of one, above all where its page must come from a slow disk.
    const int Steps = 4 * StatementLimit.Problems;

    // A job that was retried ended again, and its new steps have their own time.
    const string IsDue = $"""
        j.state IN {JobStates.Ended} AND (j.nodes_pruned_at IS NULL OR j.nodes_pruned_at < j.finished_at)
        """;

    const string Due = $"""
        SELECT j.job_id FROM jobs j
        WHERE {IsDue} AND j.finished_at < now() - make_interval(secs => 86400 * coalesce({OldJobs.KeepDays}, @Days))
        ORDER BY j.finished_at
        LIMIT 1
        FOR NO KEY UPDATE SKIP LOCKED
        """;

    const string DueNow = $"SELECT j.job_id FROM jobs j WHERE {IsDue} AND j.job_id = @JobId FOR NO KEY UPDATE";

    // A search whose steps are gone says so in the same statement.
    const string Prune = """
        WITH portion AS MATERIALIZED (
            SELECT problem_id FROM searches WHERE job_id = @JobId AND nodes_pruned_at IS NULL ORDER BY problem_id LIMIT @Searches),
        gone AS (DELETE FROM nodes n USING portion p WHERE n.problem_id = p.problem_id RETURNING n.no),
        marked AS (UPDATE searches s SET nodes_pruned_at = now() FROM portion p WHERE s.problem_id = p.problem_id RETURNING s.problem_id)
        SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM marked)
        """;

    const string Done = "UPDATE jobs SET nodes_pruned_at = greatest(now(), finished_at) WHERE job_id = @JobId";

    /// <summary>Deletes a portion of the job that has been due longest.</summary>
    /// <param name="days">How long steps stay after their job's end, unless the job says otherwise; null: for ever.</param>
    /// <returns>The job and how many steps were deleted; null when none is due.</returns>
    public Task<PrunedPortion?> DueAsync(double? days, CancellationToken ct) =>
        PruneAsync(connection => connection.QuerySingleOrDefaultAsync<long?>(
            new CommandDefinition(Due, new { Days = days }, cancellationToken: ct)), ct);

    /// <summary>Deletes a portion of this job's steps.</summary>
    /// <returns>Null when it has none, or has not ended.</returns>
    public Task<PrunedPortion?> JobAsync(long jobId, CancellationToken ct) =>
        PruneAsync(connection => connection.QuerySingleOrDefaultAsync<long?>(
            new CommandDefinition(DueNow, new { JobId = jobId }, cancellationToken: ct)), ct);

    async Task<PrunedPortion?> PruneAsync(Func<NpgsqlConnection, Task<long?>> find, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        if (await find(connection) is not { } job) return null;
        var (steps, searches) = await connection.QuerySingleAsync<(long Steps, long Searches)>(
            new CommandDefinition(
            Prune, new { JobId = job, Searches }, commandTimeout: StatementLimit.Of(connection, Steps), cancellationToken: ct));
        if (searches < Searches)
        {
            await connection.ExecuteAsync(new CommandDefinition(Done, new { JobId = job }, cancellationToken: ct));
            await new EventLog(connection, by ?? Actor.OfProcess).OfJobAsync(job, Deeds.Pruned, "its stored steps", ct);
        }

        await transaction.CommitAsync(ct);
        return new(job, steps);
    }
}
