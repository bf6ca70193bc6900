using RebaseBatch.Durable.Batches;

namespace RebaseBatch.Durable.Verification;

/// <summary>Each problem has one result, of its own job and batch, of one pair of models.</summary>
static class ResultChecks
{
    const string Answers = "SELECT count(*) FROM answers";
    const string Retry = "'rebase jobs retry JOB' puts the batch back into the queue";

    // A second result would break the key of answers.
    static readonly TableCheck s_one = new("one_result", "SELECT count(*) FROM problems", $"""
        SELECT p.job_id, format('job %s problem %s has no result, although its batch has ended', p.job_id, p.custom_id) AS fault
        FROM problems p JOIN batches b USING (batch_id)
        WHERE b.state IN ('{BatchStates.Completed}', '{BatchStates.Discarded}')
          AND NOT EXISTS (SELECT FROM answers a WHERE a.problem_id = p.problem_id)
        """, Retry);

    static readonly TableCheck s_pair = new("answer_and_usage", Answers, """
        SELECT coalesce(a.job_id, u.job_id) AS job_id, format('job %s problem number %s has %s', coalesce(a.job_id, u.job_id),
            coalesce(a.problem_id, u.problem_id), CASE WHEN u IS NULL THEN 'an answer and no usage' ELSE 'usage and no answer' END) AS fault
        FROM (SELECT problem_id, job_id FROM answers) a FULL JOIN (SELECT problem_id, job_id FROM usage) u USING (problem_id)
        WHERE a IS NULL OR u IS NULL
        """, "the missing half is in no other row");

    // Foreign keys prevent rows without a problem, but a restore can switch them off.
    static readonly TableCheck s_owner = new("rows_of_their_job", Answers, """
        SELECT r.job_id, format('the row of problem number %s in %s belongs to job %s, and the problem to %s', r.problem_id, r.name,
            r.job_id, coalesce('job ' || p.job_id, 'no job')) AS fault
        FROM (SELECT 'answers' AS name, problem_id, job_id, batch_id FROM answers
            UNION ALL SELECT 'usage', problem_id, job_id, batch_id FROM usage
            UNION ALL SELECT 'searches', problem_id, job_id, NULL FROM searches) r
        LEFT JOIN problems p USING (problem_id)
        WHERE r.job_id IS DISTINCT FROM p.job_id OR r.batch_id <> p.batch_id
        """, "restore the row from a backup, or delete the job with 'rebase jobs delete JOB'");

    // A job is pinned to the weights of its first results, or to those that were there when it was enqueued. Results without an environment
    // are of a version that hashed split models and heads of reward models in another way: the two kinds are not compared.
    static readonly TableCheck s_weights = new("one_pair_of_models", "SELECT count(*) FROM usage", """
        SELECT job_id, format('job %s has results of %s policies, %s reward models and %s embedding models by their hashes', job_id,
            policies, rewards, embeddings) AS fault
        FROM (SELECT job_id, count(DISTINCT policy_sha256) FILTER (WHERE policy_sha256 <> '') AS policies,
                count(DISTINCT reward_sha256) FILTER (WHERE reward_sha256 <> '') AS rewards,
                count(DISTINCT embedding_sha256) FILTER (WHERE embedding_sha256 <> '') AS embeddings
            FROM (SELECT job_id, environment_ids IS NULL AS is_older, policy_sha256, reward_sha256, embedding_sha256 FROM usage
                    WHERE nodes > 0 OR environment_ids IS NOT NULL
                UNION ALL SELECT job_id, false, policy_sha256, reward_sha256, embedding_sha256 FROM jobs) w
            GROUP BY job_id, is_older) u
        WHERE policies > 1 OR rewards > 1 OR embeddings > 1
        """, "no row says which results to trust: 'rebase jobs delete JOB', and enqueue it again");

    public static IReadOnlyList<TableCheck> All { get; } = [s_one, s_pair, s_owner, s_weights];
}
