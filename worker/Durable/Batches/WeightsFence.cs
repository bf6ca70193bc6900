namespace RebaseBatch.Durable.Batches;

/// <summary>
/// The condition that a checkpoint puts on <c>batches b</c> besides the lease's fence: the attempt said what it runs on, and these are the
/// weights that the job is pinned to. A worker compares before it samples. This holds also if its code forgets to.
/// </summary>
static class WeightsFence
{
    /// <summary>Two reads by primary key. A job that nobody has pinned yet has no weights that a step could miss.</summary>
    public const string Fits = """
        NOT EXISTS (
            SELECT 1 FROM jobs j
            LEFT JOIN attempt_environments t ON t.batch_id = b.batch_id AND t.lease_epoch = b.lease_epoch
            LEFT JOIN environments e USING (environment_id)
            WHERE j.job_id = b.job_id
              AND (j.policy_sha256 IS NOT NULL AND e.policy_sha256 IS DISTINCT FROM j.policy_sha256
                   OR e.reward_sha256 <> j.reward_sha256 OR e.embedding_sha256 <> j.embedding_sha256))
        """;
}
