-- A model on a server: nobody here measures for how long it decodes, so its device seconds are null. A 0 would say that it was free.
ALTER TABLE usage ALTER policy_device_seconds DROP NOT NULL;

-- Problems whose device seconds are not known. The sum of the others alone would pass for that of the job.
ALTER TABLE job_sums ADD policy_unmeasured integer NOT NULL DEFAULT 0;
ALTER TABLE job_sums ADD reward_unmeasured integer NOT NULL DEFAULT 0;

CREATE OR REPLACE FUNCTION sum_usage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sign CONSTANT integer := TG_ARGV[0];
BEGIN
    INSERT INTO job_sums AS s (job_id, nodes, saved_tokens,
        policy_prompt_tokens, policy_sampled_tokens, policy_evaluated_tokens, policy_reencoded_tokens, policy_discarded_tokens,
        reward_prompt_tokens, reward_sampled_tokens, reward_evaluated_tokens, reward_reencoded_tokens, reward_discarded_tokens,
        policy_device_seconds, reward_device_seconds, policy_flops, total_flops, wall_seconds, policy_unmeasured, reward_unmeasured)
    SELECT c.job_id, sign * sum(c.nodes), sign * sum(c.saved_tokens),
        sign * sum(c.policy_prompt_tokens), sign * sum(c.policy_sampled_tokens), sign * sum(c.policy_evaluated_tokens),
        sign * sum(c.policy_reencoded_tokens), sign * sum(c.policy_discarded_tokens),
        sign * coalesce(sum(c.reward_prompt_tokens), 0), sign * coalesce(sum(c.reward_sampled_tokens), 0),
        sign * coalesce(sum(c.reward_evaluated_tokens), 0),
        sign * coalesce(sum(c.reward_reencoded_tokens), 0), sign * coalesce(sum(c.reward_discarded_tokens), 0),
        sign * coalesce(sum(c.policy_device_seconds::numeric), 0), sign * coalesce(sum(c.reward_device_seconds::numeric), 0),
        sign * sum(c.policy_flops::numeric), sign * sum(c.total_flops::numeric), sign * sum(c.wall_seconds::numeric),
        sign * count(*) FILTER (WHERE c.policy_device_seconds IS NULL),
        sign * count(*) FILTER (WHERE c.reward_device_seconds IS NULL AND c.reward_sha256 IS NOT NULL)
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
        reward_unmeasured = s.reward_unmeasured + excluded.reward_unmeasured;
    RETURN NULL;
END $$;
