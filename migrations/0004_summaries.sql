-- A job's sums, so that accuracy and cost of a thousand jobs are a thousand rows to read and not a million answers. Triggers keep them: whatever
-- writes, regrades or deletes answers and usage moves the sums in its own transaction, by the rows that it touched. Every writer
-- holds its job's lock, so that no two meet on a row here.
CREATE TABLE job_sums (
    job_id                  bigint PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
    answered                integer NOT NULL DEFAULT 0,
    failed                  integer NOT NULL DEFAULT 0,
    -- Answered problems with a gold answer, the failed ones included.
    graded                  integer NOT NULL DEFAULT 0,
    -- By the job's own vote.
    correct                 integer NOT NULL DEFAULT 0,
    nodes                   bigint  NOT NULL DEFAULT 0,
    saved_tokens            bigint  NOT NULL DEFAULT 0,
    policy_prompt_tokens    bigint  NOT NULL DEFAULT 0,
    policy_sampled_tokens   bigint  NOT NULL DEFAULT 0,
    policy_evaluated_tokens bigint  NOT NULL DEFAULT 0,
    policy_reencoded_tokens bigint  NOT NULL DEFAULT 0,
    policy_discarded_tokens bigint  NOT NULL DEFAULT 0,
    reward_prompt_tokens    bigint  NOT NULL DEFAULT 0,
    reward_sampled_tokens   bigint  NOT NULL DEFAULT 0,
    reward_evaluated_tokens bigint  NOT NULL DEFAULT 0,
    reward_reencoded_tokens bigint  NOT NULL DEFAULT 0,
    reward_discarded_tokens bigint  NOT NULL DEFAULT 0,
    -- Numeric, as sums of doubles depend on the order and what was added can't be taken away again without a trace.
    policy_device_seconds   numeric NOT NULL DEFAULT 0,
    reward_device_seconds   numeric NOT NULL DEFAULT 0,
    policy_flops            numeric NOT NULL DEFAULT 0,
    total_flops             numeric NOT NULL DEFAULT 0,
    wall_seconds            numeric NOT NULL DEFAULT 0
) WITH (fillfactor = 70);

CREATE TABLE job_vote_sums (
    job_id      bigint  NOT NULL REFERENCES jobs ON DELETE CASCADE,
    method      text    NOT NULL,
    -- Empty for the majority vote, which ignores scores.
    aggregation text    NOT NULL,
    -- Answers that hold this vote.
    votes       integer NOT NULL,
    correct     integer NOT NULL,
    PRIMARY KEY (job_id, method, aggregation)
) WITH (fillfactor = 70);

CREATE TABLE job_early_ends (
    job_id   bigint  NOT NULL REFERENCES jobs ON DELETE CASCADE,
    ended_by text    NOT NULL,
    problems integer NOT NULL,
    PRIMARY KEY (job_id, ended_by)
) WITH (fillfactor = 70);

-- The argument is 1 where rows came and -1 where they went. The joins leave out what goes with its whole job: its sums go too.
CREATE FUNCTION sum_answers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sign CONSTANT integer := TG_ARGV[0];
BEGIN
    INSERT INTO job_sums AS s (job_id, answered, failed, graded, correct)
    SELECT c.job_id, sign * count(*), sign * count(*) FILTER (WHERE c.failed), sign * count(p.gold_answer), sign * count(*) FILTER (WHERE c.correct)
    FROM changed c JOIN problems p USING (problem_id)
    GROUP BY c.job_id
    ON CONFLICT (job_id) DO UPDATE SET answered = s.answered + excluded.answered, failed = s.failed + excluded.failed,
        graded = s.graded + excluded.graded, correct = s.correct + excluded.correct;

    INSERT INTO job_vote_sums AS s (job_id, method, aggregation, votes, correct)
    SELECT c.job_id, v ->> 'method', coalesce(v ->> 'aggregation', ''), sign * count(*), sign * count(*) FILTER (WHERE (v ->> 'correct')::boolean)
    FROM changed c JOIN jobs j USING (job_id), jsonb_array_elements(c.votes) v
    GROUP BY 1, 2, 3
    ON CONFLICT (job_id, method, aggregation) DO UPDATE SET votes = s.votes + excluded.votes, correct = s.correct + excluded.correct;

    INSERT INTO job_early_ends AS s (job_id, ended_by, problems)
    SELECT c.job_id, c.ended_by, sign * count(*)
    FROM changed c JOIN jobs j USING (job_id)
    WHERE c.ended_by IS NOT NULL
    GROUP BY 1, 2
    ON CONFLICT (job_id, ended_by) DO UPDATE SET problems = s.problems + excluded.problems;
    RETURN NULL;
END $$;

CREATE FUNCTION sum_usage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sign CONSTANT integer := TG_ARGV[0];
BEGIN
    INSERT INTO job_sums AS s (job_id, nodes, saved_tokens,
        policy_prompt_tokens, policy_sampled_tokens, policy_evaluated_tokens, policy_reencoded_tokens, policy_discarded_tokens,
        reward_prompt_tokens, reward_sampled_tokens, reward_evaluated_tokens, reward_reencoded_tokens, reward_discarded_tokens,
        policy_device_seconds, reward_device_seconds, policy_flops, total_flops, wall_seconds)
    SELECT c.job_id, sign * sum(c.nodes), sign * sum(c.saved_tokens),
        sign * sum(c.policy_prompt_tokens), sign * sum(c.policy_sampled_tokens), sign * sum(c.policy_evaluated_tokens),
        sign * sum(c.policy_reencoded_tokens), sign * sum(c.policy_discarded_tokens),
        sign * coalesce(sum(c.reward_prompt_tokens), 0), sign * coalesce(sum(c.reward_sampled_tokens), 0), sign * coalesce(sum(c.reward_evaluated_tokens), 0),
        sign * coalesce(sum(c.reward_reencoded_tokens), 0), sign * coalesce(sum(c.reward_discarded_tokens), 0),
        sign * sum(c.policy_device_seconds::numeric), sign * coalesce(sum(c.reward_device_seconds::numeric), 0),
        sign * sum(c.policy_flops::numeric), sign * sum(c.total_flops::numeric), sign * sum(c.wall_seconds::numeric)
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
        wall_seconds = s.wall_seconds + excluded.wall_seconds;
    RETURN NULL;
END $$;

CREATE TRIGGER sums_inserted AFTER INSERT ON answers REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION sum_answers('1');
CREATE TRIGGER sums_deleted AFTER DELETE ON answers REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION sum_answers('-1');
CREATE TRIGGER sums_updated_from AFTER UPDATE ON answers REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION sum_answers('-1');
CREATE TRIGGER sums_updated_to AFTER UPDATE ON answers REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION sum_answers('1');
CREATE TRIGGER sums_inserted AFTER INSERT ON usage REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION sum_usage('1');
CREATE TRIGGER sums_deleted AFTER DELETE ON usage REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION sum_usage('-1');
CREATE TRIGGER sums_updated_from AFTER UPDATE ON usage REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION sum_usage('-1');
CREATE TRIGGER sums_updated_to AFTER UPDATE ON usage REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION sum_usage('1');

-- What there is already. A worker that writes meanwhile waits for the triggers' lock on the tables, and its rows are counted by them.
INSERT INTO job_sums (job_id, answered, failed, graded, correct)
SELECT a.job_id, count(*), count(*) FILTER (WHERE a.failed), count(p.gold_answer), count(*) FILTER (WHERE a.correct)
FROM answers a JOIN problems p USING (problem_id)
GROUP BY a.job_id;

INSERT INTO job_vote_sums (job_id, method, aggregation, votes, correct)
SELECT a.job_id, v ->> 'method', coalesce(v ->> 'aggregation', ''), count(*), count(*) FILTER (WHERE (v ->> 'correct')::boolean)
FROM answers a, jsonb_array_elements(a.votes) v
GROUP BY 1, 2, 3;

INSERT INTO job_early_ends (job_id, ended_by, problems)
SELECT job_id, ended_by, count(*) FROM answers WHERE ended_by IS NOT NULL GROUP BY 1, 2;

UPDATE job_sums s SET nodes = u.nodes, saved_tokens = u.saved_tokens,
    policy_prompt_tokens = u.policy_prompt, policy_sampled_tokens = u.policy_sampled, policy_evaluated_tokens = u.policy_evaluated,
    policy_reencoded_tokens = u.policy_reencoded, policy_discarded_tokens = u.policy_discarded,
    reward_prompt_tokens = u.reward_prompt, reward_sampled_tokens = u.reward_sampled, reward_evaluated_tokens = u.reward_evaluated,
    reward_reencoded_tokens = u.reward_reencoded, reward_discarded_tokens = u.reward_discarded,
    policy_device_seconds = u.policy_seconds, reward_device_seconds = u.reward_seconds,
    policy_flops = u.policy_flops, total_flops = u.total_flops, wall_seconds = u.wall_seconds
FROM (
    SELECT job_id, sum(nodes) AS nodes, sum(saved_tokens) AS saved_tokens,
        sum(policy_prompt_tokens) AS policy_prompt, sum(policy_sampled_tokens) AS policy_sampled, sum(policy_evaluated_tokens) AS policy_evaluated,
        sum(policy_reencoded_tokens) AS policy_reencoded, sum(policy_discarded_tokens) AS policy_discarded,
        coalesce(sum(reward_prompt_tokens), 0) AS reward_prompt, coalesce(sum(reward_sampled_tokens), 0) AS reward_sampled,
        coalesce(sum(reward_evaluated_tokens), 0) AS reward_evaluated, coalesce(sum(reward_reencoded_tokens), 0) AS reward_reencoded,
        coalesce(sum(reward_discarded_tokens), 0) AS reward_discarded,
        sum(policy_device_seconds::numeric) AS policy_seconds, coalesce(sum(reward_device_seconds::numeric), 0) AS reward_seconds,
        sum(policy_flops::numeric) AS policy_flops, sum(total_flops::numeric) AS total_flops, sum(wall_seconds::numeric) AS wall_seconds
    FROM usage GROUP BY job_id) u
WHERE u.job_id = s.job_id;
