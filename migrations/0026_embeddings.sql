-- A third model, whose embeddings say how alike the open nodes of a level are (DORA, arXiv 2506.15707). The vector stays with the node, in 16-bit
-- floats: how much of the budget a node gets depends on the other nodes of its level, and a resumed search must deal as before.
ALTER TABLE nodes ADD embedding bytea;
ALTER TABLE nodes ADD embedding_evaluated integer NOT NULL DEFAULT 0;
ALTER TABLE nodes ADD embedding_seconds double precision NOT NULL DEFAULT 0;
-- Compressing floats takes time and saves nothing.
ALTER TABLE nodes ALTER embedding SET STORAGE EXTERNAL;

-- It has no prompt, samples nothing and keeps no prefix, so that there is less to count than of the other two. Null for a search without one.
ALTER TABLE usage ADD embedding_model text;
ALTER TABLE usage ADD embedding_sha256 text;
ALTER TABLE usage ADD embedding_parameters bigint;
ALTER TABLE usage ADD embedding_evaluated_tokens bigint;
ALTER TABLE usage ADD embedding_discarded_tokens bigint;
ALTER TABLE usage ADD embedding_device_seconds double precision;
ALTER TABLE job_sums ADD embedding_evaluated_tokens bigint NOT NULL DEFAULT 0;
ALTER TABLE job_sums ADD embedding_discarded_tokens bigint NOT NULL DEFAULT 0;
ALTER TABLE job_sums ADD embedding_device_seconds numeric NOT NULL DEFAULT 0;

-- The weights that a job is pinned to, as for the other models (0011_weights.sql).
ALTER TABLE jobs ADD embedding_sha256 text;
ALTER TABLE environments ADD embedding_sha256 text;

CREATE OR REPLACE FUNCTION sum_usage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sign CONSTANT integer := TG_ARGV[0];
BEGIN
    INSERT INTO job_sums AS s (job_id, nodes, saved_tokens,
        policy_prompt_tokens, policy_sampled_tokens, policy_evaluated_tokens, policy_reencoded_tokens, policy_discarded_tokens,
        reward_prompt_tokens, reward_sampled_tokens, reward_evaluated_tokens, reward_reencoded_tokens, reward_discarded_tokens,
        policy_device_seconds, reward_device_seconds, policy_flops, total_flops, wall_seconds, policy_unmeasured, reward_unmeasured,
        policy_cached_tokens, reward_cached_tokens, policy_uncounted, reward_uncounted,
        embedding_evaluated_tokens, embedding_discarded_tokens, embedding_device_seconds)
    SELECT c.job_id, sign * sum(c.nodes), sign * sum(c.saved_tokens),
        sign * sum(c.policy_prompt_tokens), sign * sum(c.policy_sampled_tokens), sign * sum(c.policy_evaluated_tokens),
        sign * sum(c.policy_reencoded_tokens), sign * sum(c.policy_discarded_tokens),
        sign * coalesce(sum(c.reward_prompt_tokens), 0), sign * coalesce(sum(c.reward_sampled_tokens), 0),
        sign * coalesce(sum(c.reward_evaluated_tokens), 0),
        sign * coalesce(sum(c.reward_reencoded_tokens), 0), sign * coalesce(sum(c.reward_discarded_tokens), 0),
        sign * coalesce(sum(c.policy_device_seconds::numeric), 0), sign * coalesce(sum(c.reward_device_seconds::numeric), 0),
        sign * sum(c.policy_flops::numeric), sign * sum(c.total_flops::numeric), sign * sum(c.wall_seconds::numeric),
        sign * count(*) FILTER (WHERE c.policy_device_seconds IS NULL),
        sign * count(*) FILTER (WHERE c.reward_device_seconds IS NULL AND c.reward_sha256 IS NOT NULL),
        sign * coalesce(sum(c.policy_cached_tokens), 0), sign * coalesce(sum(c.reward_cached_tokens), 0),
        sign * count(*) FILTER (WHERE c.policy_cached_tokens IS NULL AND c.policy_evaluated_tokens > 0),
        sign * count(*) FILTER (WHERE c.reward_cached_tokens IS NULL AND c.reward_evaluated_tokens > 0),
        sign * coalesce(sum(c.embedding_evaluated_tokens), 0), sign * coalesce(sum(c.embedding_discarded_tokens), 0),
        sign * coalesce(sum(c.embedding_device_seconds::numeric), 0)
    FROM changed c JOIN jobs j USING (job_id)
    GROUP BY c.job_id
    ON CONFLICT (job_id) DO UPDATE SET nodes = s.nodes + excluded.nodes, saved_tokens = s.saved_tokens + excluded.saved_tokens,
        policy_prompt_tokens = s.policy_prompt_tokens + excluded.policy_prompt_tokens,
        policy_sampled_tokens = s.policy_sampled_tokens + excluded.policy_sampled_tokens,
        policy_evaluated_tokens = s.policy_evaluated_tokens + excluded.policy_evaluated_tokens,
        policy_reencoded_tokens = s.policy_reencoded_tokens + excluded.policy_reencoded_tokens,
        policy_discarded_tokens = s.policy_discarded_tokens + excluded.policy_discarded_tokens,
        reward_prompt_tokens = s.reward_prompt_tokens + excluded.reward_prompt_tokens,
        reward_sampled_tokens = s.reward_sampled_tokens + excluded.reward_sampled_tokens,
        reward_evaluated_tokens = s.reward_evaluated_tokens + excluded.reward_evaluated_tokens,
        reward_reencoded_tokens = s.reward_reencoded_tokens + excluded.reward_reencoded_tokens,
        reward_discarded_tokens = s.reward_discarded_tokens + excluded.reward_discarded_tokens,
        policy_device_seconds = s.policy_device_seconds + excluded.policy_device_seconds,
        reward_device_seconds = s.reward_device_seconds + excluded.reward_device_seconds,
        policy_flops = s.policy_flops + excluded.policy_flops, total_flops = s.total_flops + excluded.total_flops,
        wall_seconds = s.wall_seconds + excluded.wall_seconds,
        policy_unmeasured = s.policy_unmeasured + excluded.policy_unmeasured,
        reward_unmeasured = s.reward_unmeasured + excluded.reward_unmeasured,
        policy_cached_tokens = s.policy_cached_tokens + excluded.policy_cached_tokens,
        reward_cached_tokens = s.reward_cached_tokens + excluded.reward_cached_tokens,
        policy_uncounted = s.policy_uncounted + excluded.policy_uncounted,
        reward_uncounted = s.reward_uncounted + excluded.reward_uncounted,
        embedding_evaluated_tokens = s.embedding_evaluated_tokens + excluded.embedding_evaluated_tokens,
        embedding_discarded_tokens = s.embedding_discarded_tokens + excluded.embedding_discarded_tokens,
        embedding_device_seconds = s.embedding_device_seconds + excluded.embedding_device_seconds;
    RETURN NULL;
END $$;
