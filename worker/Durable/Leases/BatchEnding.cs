using Dapper;
using Npgsql;

namespace RebaseBatch.Durable.Leases;

/// <summary>
/// What every way of ending a batch has in common, within the transaction that the caller has open on <paramref name="connection"/>:
/// first the job's lock, then the caller's fenced change of the batch, then <see cref="EndAsync"/>. The job's lock makes the endings of
/// one job follow each other, so that of two last batches exactly one sees that no other is left.
/// </summary>
sealed class BatchEnding(NpgsqlConnection connection, long jobId)
{
    // NO KEY: rows that refer to the job (checkpoints, answers) must not wait for it.
    const string LockJob = "SELECT cancel_requested FROM jobs WHERE job_id = @JobId FOR NO KEY UPDATE";

    // Gold answers make an error a wrong answer: a dataset's accuracy is over all its graded problems.
    const string ErrorAnswers = """
        INSERT INTO answers (problem_id, job_id, batch_id, correct, votes, candidates, error, lease_epoch)
        SELECT p.problem_id, p.job_id, p.batch_id, CASE WHEN p.gold_answer IS NOT NULL THEN false END, '[]', '[]', @Reason, b.lease_epoch
        FROM problems p JOIN batches b USING (batch_id)
        WHERE p.batch_id = @BatchId AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.problem_id = p.problem_id)
        """;

    // What the stored steps cost. The models' sizes and hashes are known to their loader only, so another problem of the job lends them.
    // FLOPs are 2 * parameters * tokens, as Core.Searching.Flops.Of has it.
    const string ErrorUsage = """
        INSERT INTO usage (problem_id, job_id, batch_id, policy_model, policy_sha256, policy_parameters, policy_prompt_tokens,
            policy_sampled_tokens, policy_evaluated_tokens, policy_reencoded_tokens, policy_discarded_tokens, policy_device_seconds,
            reward_model, reward_sha256, reward_parameters, reward_prompt_tokens,
            reward_sampled_tokens, reward_evaluated_tokens, reward_reencoded_tokens, reward_discarded_tokens, reward_device_seconds, policy_flops, total_flops, wall_seconds, nodes, attempts)
        SELECT p.problem_id, p.job_id, p.batch_id,
            coalesce(m.policy_model, j.spec ->> 'policy'), coalesce(m.policy_sha256, ''), coalesce(m.policy_parameters, 0), 0, n.sampled, n.policy, n.policy_re, n.sampled, n.policy_s,
            coalesce(m.reward_model, j.spec ->> 'reward'),
            CASE WHEN r.used THEN coalesce(m.reward_sha256, '') END, CASE WHEN r.used THEN coalesce(m.reward_parameters, 0) END,
            CASE WHEN r.used THEN 0 END, CASE WHEN r.used THEN 0 END, CASE WHEN r.used THEN n.reward END,
            CASE WHEN r.used THEN n.reward_re END, CASE WHEN r.used THEN n.reward END, CASE WHEN r.used THEN n.reward_s END,
            2.0 * coalesce(m.policy_parameters, 0) * n.sampled,
            2.0 * coalesce(m.policy_parameters, 0) * n.policy + 2.0 * coalesce(m.reward_parameters, 0) * n.reward,
            coalesce(s.active_seconds, 0), n.nodes, b.attempt
        FROM problems p
        JOIN batches b USING (batch_id)
        JOIN jobs j ON j.job_id = p.job_id
        CROSS JOIN LATERAL (SELECT j.spec ->> 'reward' IS NOT NULL AS used) r
        LEFT JOIN searches s USING (problem_id)
        LEFT JOIN LATERAL (SELECT * FROM usage u WHERE u.job_id = p.job_id AND u.policy_parameters > 0 ORDER BY u.problem_id LIMIT 1) m ON true
        CROSS JOIN LATERAL (
            SELECT count(*) AS nodes, coalesce(sum(sampled), 0) AS sampled, coalesce(sum(policy_evaluated), 0) AS policy,
                   coalesce(sum(reward_evaluated), 0) AS reward, coalesce(sum(policy_reencoded), 0) AS policy_re,
                   coalesce(sum(reward_reencoded), 0) AS reward_re, coalesce(sum(policy_seconds), 0) AS policy_s, coalesce(sum(reward_seconds), 0) AS reward_s
            FROM nodes WHERE nodes.problem_id = p.problem_id) n
        WHERE p.batch_id = @BatchId AND NOT EXISTS (SELECT 1 FROM usage u WHERE u.problem_id = p.problem_id)
        """;

    const string BatchFiles = """
        INSERT INTO outbox (job_id, batch_no)
        SELECT b.job_id, b.batch_no FROM batches b
        WHERE b.batch_id = ANY(@BatchIds) AND EXISTS (SELECT 1 FROM answers a WHERE a.batch_id = b.batch_id)
        """;

    const string EndJob = """
        WITH ended AS (
            UPDATE jobs SET state = CASE WHEN cancel_requested THEN 'cancelled' ELSE 'completed' END, finished_at = now()
            WHERE job_id = @JobId AND state IN ('queued', 'running') AND NOT EXISTS (
                SELECT 1 FROM batches WHERE job_id = @JobId AND state IN ('available', 'running', 'retryable'))
            RETURNING job_id)
        INSERT INTO outbox (job_id, batch_no) SELECT job_id, 0 FROM ended
        """;

    /// <summary>Waits for the job's lock, held to the end of the transaction; whether the job is to be cancelled.</summary>
    public async Task<bool> LockJobAsync(CancellationToken ct) =>
        await connection.ExecuteScalarAsync<bool>(new CommandDefinition(LockJob, new { JobId = jobId }, cancellationToken: ct));

    /// <summary>Gives every problem of the batch that has no answer an error, and what its stored steps cost.</summary>
    public async Task AnswerWithErrorAsync(long batchId, string reason, CancellationToken ct)
    {
        await connection.ExecuteAsync(new CommandDefinition(ErrorUsage, new { BatchId = batchId }, cancellationToken: ct));
        await connection.ExecuteAsync(new CommandDefinition(ErrorAnswers, new { BatchId = batchId, Reason = reason }, cancellationToken: ct));
    }

    /// <summary>
    /// Orders the files of batches that just reached their last state (those without any answer get none) and, when no batch is left,
    /// ends the job and orders its summary.
    /// </summary>
    public async Task EndAsync(IReadOnlyList<long> batchIds, CancellationToken ct)
    {
        await connection.ExecuteAsync(new CommandDefinition(BatchFiles, new { BatchIds = batchIds.ToArray() }, cancellationToken: ct));
        await connection.ExecuteAsync(new CommandDefinition(EndJob, new { JobId = jobId }, cancellationToken: ct));
    }
}
