using Dapper;
using Npgsql;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Environments;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Results;

/// <summary>
/// The answers and usage of problems whose batch was discarded, within the transaction that the caller has open on
/// <paramref name="connection"/>.
/// </summary>
sealed class ErrorResults(NpgsqlConnection connection)
{
    // Without a verdict: an error says nothing about the models, so accuracy leaves it out.
    const string ErrorAnswers = """
        INSERT INTO answers (problem_id, job_id, batch_id, votes, candidates, error, lease_epoch)
        SELECT p.problem_id, p.job_id, p.batch_id, '[]', '[]', @Reason, b.lease_epoch
        FROM problems p JOIN batches b USING (batch_id)
        WHERE p.batch_id = @BatchId AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.problem_id = p.problem_id)
        """;

    // What the stored steps cost. Only a model's loader knows its size and hash, so they are taken from another problem of the job. FLOPs
    // are 2 * parameters * tokens, as Core.Searching.Flops.Of computes them.
    static readonly string s_errorUsage = $"""
        INSERT INTO usage (problem_id, job_id, batch_id, policy_model, policy_sha256, policy_parameters, policy_prompt_tokens,
            policy_sampled_tokens, policy_evaluated_tokens, policy_reencoded_tokens, policy_discarded_tokens, policy_device_seconds,
            reward_model, reward_sha256, reward_parameters, reward_prompt_tokens,
            reward_sampled_tokens, reward_evaluated_tokens, reward_reencoded_tokens, reward_discarded_tokens, reward_device_seconds,
            policy_flops, total_flops, wall_seconds, nodes, attempts, environment_ids,
            policy_cached_tokens, reward_cached_tokens, embedding_model, embedding_sha256, embedding_parameters,
            embedding_evaluated_tokens, embedding_discarded_tokens, embedding_device_seconds)
        SELECT p.problem_id, p.job_id, p.batch_id,
            coalesce(m.policy_model, j.spec ->> 'policy'), coalesce(m.policy_sha256, j.policy_sha256, ''), coalesce(m.policy_parameters, 0),
            0, n.sampled, n.policy, n.policy_again, n.sampled,
            CASE WHEN {SearchEnvironments.IsServed("policy")} THEN NULL ELSE n.policy_seconds END,
            coalesce(m.reward_model, j.spec ->> 'reward'),
            CASE WHEN r.used THEN coalesce(m.reward_sha256, j.reward_sha256, '') END,
            CASE WHEN r.used THEN coalesce(m.reward_parameters, 0) END,
            CASE WHEN r.used THEN 0 END, CASE WHEN r.used THEN 0 END, CASE WHEN r.used THEN n.reward END,
            CASE WHEN r.used THEN n.reward_again END, CASE WHEN r.used THEN n.reward END,
            CASE WHEN r.used AND NOT {SearchEnvironments.IsServed("reward")} THEN n.reward_seconds END,
            2.0 * coalesce(m.policy_parameters, 0) * n.sampled,
            2.0 * coalesce(m.policy_parameters, 0) * n.policy + 2.0 * coalesce(m.reward_parameters, 0) * n.reward
                + 2.0 * coalesce(m.embedding_parameters, 0) * n.embedding,
            coalesce(s.active_seconds, 0), n.nodes, b.attempt, {SearchEnvironments.Ids},
            n.policy_held, CASE WHEN r.used THEN n.reward_held END,
            coalesce(m.embedding_model, j.spec ->> 'embedding_model'),
            CASE WHEN r.embeds THEN coalesce(m.embedding_sha256, j.embedding_sha256, '') END,
            CASE WHEN r.embeds THEN coalesce(m.embedding_parameters, 0) END, CASE WHEN r.embeds THEN n.embedding END,
            CASE WHEN r.embeds THEN n.embedding END, CASE WHEN r.embeds THEN n.embedding_seconds END
        FROM problems p
        JOIN batches b USING (batch_id)
        JOIN jobs j ON j.job_id = p.job_id
        CROSS JOIN LATERAL (
            SELECT j.spec ->> 'reward' IS NOT NULL AS used, j.spec ->> 'embedding_model' IS NOT NULL AS embeds) r
        LEFT JOIN searches s USING (problem_id)
        LEFT JOIN LATERAL (
            SELECT * FROM usage u WHERE u.job_id = p.job_id AND u.policy_parameters > 0 ORDER BY u.problem_id LIMIT 1) m ON true
        CROSS JOIN LATERAL (
            SELECT count(*) AS nodes, {NodeSums.Columns} FROM nodes WHERE nodes.problem_id = p.problem_id) n
        WHERE p.batch_id = @BatchId AND NOT EXISTS (SELECT 1 FROM usage u WHERE u.problem_id = p.problem_id)
        """;

    const string DeleteFailed = """
        WITH failed AS (DELETE FROM answers WHERE batch_id = ANY(@BatchIds) AND failed RETURNING problem_id)
        DELETE FROM usage u USING failed f WHERE u.problem_id = f.problem_id
        """;

    /// <summary>Gives every problem of the batch that has no answer an error, and the usage of its stored steps.</summary>
    public async Task InsertAsync(long batchId, string reason, CancellationToken ct)
    {
        await ExecuteAsync(s_errorUsage, new { BatchId = batchId }, ct);
        await ExecuteAsync(ErrorAnswers, new { BatchId = batchId, Reason = reason }, ct);
    }

    /// <summary>Deletes the failed answers of the batches and their usage, so that their problems are searched again.</summary>
    public Task DeleteAsync(IReadOnlyList<long> batchIds, CancellationToken ct) =>
        ExecuteAsync(DeleteFailed, new { BatchIds = batchIds.ToArray() }, ct);

    // A batch has up to 10,000 problems, and the sums are over all of their steps.
    Task<int> ExecuteAsync(string sql, object parameters, CancellationToken ct) => connection.ExecuteAsync(new CommandDefinition(
        sql, parameters, commandTimeout: StatementLimit.OfWholeJob(connection), cancellationToken: ct));
}
