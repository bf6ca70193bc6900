using Dapper;
using Npgsql;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Results;

/// <summary>
/// Makes usage the sum over the stored steps again, within the transaction that the caller has open on <paramref name="connection"/> and
/// in which he holds the job's lock.
/// </summary>
sealed class UsageRebuild(NpgsqlConnection connection)
{
    // FLOPs are 2 * parameters * tokens, as Core.Searching.Flops.Of computes them. Tokens of a finished solution are not discarded, apart
    // from those that were cut off at the end of a step.
    const string Rebuild = $"""
        WITH RECURSIVE kept AS (
            SELECT n.problem_id, n.no, n.parent_no FROM nodes n JOIN problems p USING (problem_id)
            WHERE p.job_id = @JobId AND n.state = @Finished
            UNION
            SELECT n.problem_id, n.no, n.parent_no FROM kept k JOIN nodes n ON n.problem_id = k.problem_id AND n.no = k.parent_no),
        sums AS (
            SELECT p.problem_id, count(n.no) AS nodes, {NodeSums.Columns},
                coalesce(sum(n.sampled - CASE WHEN k.no IS NULL THEN 0 ELSE cardinality(n.tokens) END), 0) AS policy_discarded,
                coalesce(sum(n.reward_evaluated) FILTER (WHERE k.no IS NULL), 0) AS reward_discarded,
                coalesce(sum(n.embedding_evaluated) FILTER (WHERE k.no IS NULL), 0) AS embedding_discarded
            FROM problems p LEFT JOIN nodes n USING (problem_id) LEFT JOIN kept k ON k.problem_id = n.problem_id AND k.no = n.no
            WHERE p.job_id = @JobId AND NOT EXISTS (
                SELECT FROM searches s WHERE s.problem_id = p.problem_id AND s.nodes_pruned_at IS NOT NULL)
            GROUP BY 1)
        UPDATE usage u
        SET nodes = n.nodes, policy_sampled_tokens = n.sampled, policy_evaluated_tokens = n.policy,
            policy_reencoded_tokens = n.policy_again, policy_discarded_tokens = n.policy_discarded,
            policy_device_seconds = CASE WHEN u.policy_device_seconds IS NOT NULL THEN n.policy_seconds END,
            policy_cached_tokens = n.policy_held,
            reward_evaluated_tokens = CASE WHEN u.reward_evaluated_tokens IS NOT NULL THEN n.reward END,
            reward_reencoded_tokens = CASE WHEN u.reward_reencoded_tokens IS NOT NULL THEN n.reward_again END,
            reward_discarded_tokens = CASE WHEN u.reward_discarded_tokens IS NOT NULL THEN n.reward_discarded END,
            reward_device_seconds = CASE WHEN u.reward_device_seconds IS NOT NULL THEN n.reward_seconds END,
            reward_cached_tokens = CASE WHEN u.reward_evaluated_tokens IS NOT NULL THEN n.reward_held END,
            embedding_evaluated_tokens = CASE WHEN u.embedding_evaluated_tokens IS NOT NULL THEN n.embedding END,
            embedding_discarded_tokens = CASE WHEN u.embedding_discarded_tokens IS NOT NULL THEN n.embedding_discarded END,
            embedding_device_seconds = CASE WHEN u.embedding_device_seconds IS NOT NULL THEN n.embedding_seconds END,
            policy_flops = 2.0 * u.policy_parameters * n.sampled,
            total_flops = 2.0 * u.policy_parameters * n.policy + 2.0 * coalesce(u.reward_parameters, 0) * n.reward
                + 2.0 * coalesce(u.embedding_parameters, 0) * n.embedding
        FROM sums n
        WHERE n.problem_id = u.problem_id
          AND ((u.nodes, u.policy_sampled_tokens, u.policy_evaluated_tokens, coalesce(u.reward_evaluated_tokens, n.reward),
                u.policy_reencoded_tokens, coalesce(u.reward_reencoded_tokens, n.reward_again),
                coalesce(u.embedding_evaluated_tokens, n.embedding))
              <> (n.nodes, n.sampled, n.policy, n.reward, n.policy_again, n.reward_again, n.embedding)
            OR (u.policy_cached_tokens, u.reward_cached_tokens) IS DISTINCT FROM (n.policy_held, n.reward_held)
            OR u.policy_discarded_tokens > u.policy_sampled_tokens
            OR abs(coalesce(u.policy_device_seconds, n.policy_seconds) - n.policy_seconds) > 1e-6
            OR abs(coalesce(u.reward_device_seconds, n.reward_seconds) - n.reward_seconds) > 1e-6
            OR abs(coalesce(u.embedding_device_seconds, n.embedding_seconds) - n.embedding_seconds) > 1e-6)
        RETURNING u.batch_id
        """;

    // The files state the usage, so they are written again, under the names of their new content.
    const string OrderFiles = $"""
        INSERT INTO outbox (job_id, batch_no)
        SELECT job_id, batch_no FROM batches WHERE batch_id = ANY(@Batches) AND state NOT IN {BatchStates.Unfinished}
        UNION ALL SELECT job_id, 0 FROM jobs WHERE job_id = @JobId AND state IN {JobStates.Ended}
        ON CONFLICT (job_id, batch_no) DO UPDATE SET due_at = now(), lease_token = NULL
        """;

    /// <returns>How many problems' usage it corrected.</returns>
    public async Task<int> RunAsync(long jobId, CancellationToken ct)
    {
        var corrected = (await connection.QueryAsync<long>(new CommandDefinition(
            Rebuild, new { JobId = jobId, Finished = (short)NodeState.Finished },
            commandTimeout: StatementLimit.OfWholeTables(connection), cancellationToken: ct))).AsList();
        if (corrected.Count == 0) return 0;
        await connection.ExecuteAsync(new CommandDefinition(
            OrderFiles, new { JobId = jobId, Batches = corrected.Distinct().ToArray() },
            commandTimeout: StatementLimit.OfWholeTables(connection), cancellationToken: ct));
        return corrected.Count;
    }
}
