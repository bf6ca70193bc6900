-- Tokens of prompts that the cache of a model's server held. Null: the model is in the worker, or its server does not say.
ALTER TABLE nodes ADD policy_cached integer;
ALTER TABLE nodes ADD reward_cached integer;
ALTER TABLE usage ADD policy_cached_tokens bigint;
ALTER TABLE usage ADD reward_cached_tokens bigint;
ALTER TABLE job_sums ADD policy_cached_tokens bigint NOT NULL DEFAULT 0;
ALTER TABLE job_sums ADD reward_cached_tokens bigint NOT NULL DEFAULT 0;

-- Problems with evaluated tokens whose cached ones are not known. The sum of the others alone would pass for that of the job.
ALTER TABLE job_sums ADD policy_uncounted integer NOT NULL DEFAULT 0;
ALTER TABLE job_sums ADD reward_uncounted integer NOT NULL DEFAULT 0;

-- Of what there is already nothing is known. The lock on the table of usage, which this script has, keeps writers out until it is committed.
UPDATE job_sums s SET policy_uncounted = u.policy, reward_uncounted = u.reward
FROM (
    SELECT job_id, count(*) FILTER (WHERE policy_evaluated_tokens > 0) AS policy, count(*) FILTER (WHERE reward_evaluated_tokens > 0) AS reward
    FROM usage GROUP BY job_id) u
WHERE u.job_id = s.job_id;

CREATE OR REPLACE FUNCTION sum_usage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sign CONSTANT integer := TG_ARGV[0];
BEGIN
    INSERT INTO job_sums AS s (job_id, nodes, saved_tokens,
        policy_prompt_tokens, policy_sampled_tokens, policy_evaluated_tokens, policy_reencoded_tokens, policy_discarded_tokens,
        reward_prompt_tokens, reward_sampled_tokens, reward_evaluated_tokens, reward_reencoded_tokens, reward_discarded_tokens,
        policy_device_seconds, reward_device_seconds, policy_flops, total_flops, wall_seconds, policy_unmeasured, reward_unmeasured,
        policy_cached_tokens, reward_cached_tokens, policy_uncounted, reward_uncounted)
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
        sign * count(*) FILTER (WHERE c.reward_cached_tokens IS NULL AND c.reward_evaluated_tokens > 0)
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
        reward_uncounted = s.reward_uncounted + excluded.reward_uncounted;
    RETURN NULL;
END $$;
