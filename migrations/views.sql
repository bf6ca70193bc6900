-- What people, psql and BI tools may rely on: columns are added at the end and never renamed. CREATE OR REPLACE keeps the grants and
-- the views that others built on these. The four summaries (v_jobs, v_accuracy, v_cost, v_leaderboard) read no answers, only sums.

-- The 95 % score interval of a share (E. B. Wilson, JASA 22, 1927); null without a total.
CREATE OR REPLACE FUNCTION wilson(count integer, total integer, direction integer) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN total > 0 THEN least(1, greatest(0,
        (count + z ^ 2 / 2 + direction * z * sqrt(count::double precision * (total - count) / total + z ^ 2 / 4)) / (total + z ^ 2))) END
    FROM (SELECT 1.959964::double precision AS z) normal
$$;
COMMENT ON FUNCTION wilson IS 'End of the 95 % Wilson interval of count out of total: the lower for direction -1, the upper for 1.';

CREATE OR REPLACE VIEW v_jobs AS
SELECT j.job_id, j.spec ->> 'name' AS name,
    CASE WHEN j.cancel_requested AND j.state IN ('queued', 'running') THEN 'cancelling'
        WHEN j.paused_at IS NOT NULL AND j.state IN ('queued', 'running') THEN 'paused'
        WHEN j.state = 'completed' AND s.failed > 0 THEN 'completed_with_failures' ELSE j.state END AS state,
    j.dataset_name, j.dataset_sha256,
    j.spec ->> 'policy' AS policy, j.spec ->> 'reward' AS reward, coalesce(j.spec ->> 'preset', 'corrected') AS preset,
    j.spec ->> 'strategy' AS strategy, (j.spec ->> 'width')::integer AS width,
    j.spec ->> 'voting' AS voting, j.spec ->> 'aggregation' AS aggregation, coalesce((j.spec ->> 'seed')::bigint, 0) AS seed,
    j.problem_count AS problems, coalesce(s.answered, 0) AS answered, coalesce(s.failed, 0) AS failed,
    coalesce(s.graded, 0) AS graded, coalesce(s.correct, 0) AS correct,
    s.correct::double precision / nullif(s.graded, 0) AS accuracy,
    j.enqueued_at, j.started_at, j.finished_at,
    extract(epoch FROM j.finished_at - j.started_at)::double precision AS wall_seconds,
    j.spec, j.settings_sha256, j.inputs_sha256, coalesce(s.unanswered, 0) AS unanswered,
    (SELECT jsonb_agg(jsonb_build_object('cause', u.cause, 'problems', u.problems, 'solutions', u.solutions, 'of_solutions', u.of_solutions)
        ORDER BY u.problems DESC, u.cause)
     FROM job_unanswered u WHERE u.job_id = j.job_id AND u.problems > 0) AS unanswered_causes,
    j.priority, j.team, j.paused_at,
    j.tags, j.dataset_path,
    (SELECT k.needs FROM kinds k WHERE k.kind_id = j.kind) AS needs
FROM jobs j LEFT JOIN job_sums s USING (job_id);

CREATE OR REPLACE VIEW v_answers AS
SELECT a.problem_id, a.job_id, b.batch_no, p.ordinal, p.custom_id, p.question_id, p.question, p.gold_answer,
    a.answer, a.correct, a.failed, a.error, a.ended_by, jsonb_array_length(a.candidates) AS candidate_count,
    a.grader_version, a.created_at AS answered_at, a.votes, a.candidates, p.level,
    a.unanswered_cause, a.solution_ends, p.tolerance, p.family
FROM answers a JOIN problems p USING (problem_id) JOIN batches b ON b.batch_id = a.batch_id;

CREATE OR REPLACE VIEW v_usage AS
SELECT u.problem_id, u.job_id, b.batch_no, p.ordinal, p.custom_id,
    u.policy_model, u.policy_sha256, u.policy_parameters, u.policy_prompt_tokens, u.policy_sampled_tokens, u.policy_evaluated_tokens,
    u.policy_reencoded_tokens, u.policy_discarded_tokens, u.policy_device_seconds,
    u.reward_model, u.reward_sha256, u.reward_parameters, u.reward_prompt_tokens, u.reward_sampled_tokens, u.reward_evaluated_tokens,
    u.reward_reencoded_tokens, u.reward_discarded_tokens, u.reward_device_seconds,
    u.policy_flops, u.total_flops, u.wall_seconds AS search_seconds, u.nodes, u.attempts, u.saved_tokens AS saved_tokens_estimate,
    (SELECT jsonb_agg(e.content || jsonb_build_object('sha256', e.sha256) ORDER BY e.environment_id) FROM environments e
     WHERE e.environment_id = ANY (u.environment_ids)) AS environments,
    u.policy_cached_tokens, u.reward_cached_tokens,
    u.embedding_model, u.embedding_sha256, u.embedding_parameters, u.embedding_evaluated_tokens, u.embedding_discarded_tokens,
    u.embedding_device_seconds
FROM usage u JOIN problems p USING (problem_id) JOIN batches b ON b.batch_id = u.batch_id;

CREATE OR REPLACE VIEW v_accuracy AS
SELECT v.job_id, v.method, nullif(v.aggregation, '') AS aggregation,
    v.method = j.spec ->> 'voting' AND v.aggregation IN ('', j.spec ->> 'aggregation') AS own,
    v.correct, s.graded, v.correct::double precision / nullif(s.graded, 0) AS accuracy,
    wilson(v.correct, s.graded, -1) AS accuracy_low, wilson(v.correct, s.graded, 1) AS accuracy_high,
    s.failed, v.unanswered
FROM job_vote_sums v JOIN job_sums s USING (job_id) JOIN jobs j USING (job_id)
WHERE v.votes > 0;

CREATE OR REPLACE VIEW v_cost AS
SELECT j.job_id, j.spec ->> 'policy' AS policy, j.spec ->> 'reward' AS reward, s.answered, s.nodes,
    s.policy_sampled_tokens AS sampled_tokens, s.policy_flops::double precision AS policy_flops, s.total_flops::double precision AS total_flops,
    (s.policy_sampled_tokens / nullif(s.answered - s.failed, 0)::double precision) AS sampled_tokens_per_problem,
    (s.policy_flops / nullif(s.answered - s.failed, 0))::double precision AS policy_flops_per_problem,
    (s.total_flops / nullif(s.answered - s.failed, 0))::double precision AS total_flops_per_problem,
    s.policy_prompt_tokens, s.policy_evaluated_tokens, s.policy_reencoded_tokens, s.policy_discarded_tokens,
    CASE WHEN s.policy_unmeasured = 0 THEN s.policy_device_seconds::double precision END AS policy_device_seconds,
    r.prompt_tokens AS reward_prompt_tokens, r.evaluated_tokens AS reward_evaluated_tokens, r.reencoded_tokens AS reward_reencoded_tokens,
    r.discarded_tokens AS reward_discarded_tokens, r.device_seconds AS reward_device_seconds,
    s.saved_tokens AS saved_tokens_estimate, s.wall_seconds::double precision AS search_seconds,
    extract(epoch FROM j.finished_at - j.started_at)::double precision AS wall_seconds, s.failed,
    CASE WHEN s.policy_uncounted = 0 AND s.policy_evaluated_tokens > 0 THEN s.policy_cached_tokens END AS policy_cached_tokens,
    CASE WHEN s.reward_uncounted = 0 AND s.reward_evaluated_tokens > 0 THEN s.reward_cached_tokens END AS reward_cached_tokens,
    CASE WHEN j.spec ->> 'embedding_model' IS NOT NULL THEN s.embedding_evaluated_tokens END AS embedding_evaluated_tokens,
    CASE WHEN j.spec ->> 'embedding_model' IS NOT NULL THEN s.embedding_discarded_tokens END AS embedding_discarded_tokens,
    CASE WHEN j.spec ->> 'embedding_model' IS NOT NULL THEN s.embedding_device_seconds::double precision END AS embedding_device_seconds
FROM job_sums s JOIN jobs j USING (job_id)
LEFT JOIN LATERAL (
    SELECT s.reward_prompt_tokens AS prompt_tokens, s.reward_evaluated_tokens AS evaluated_tokens, s.reward_reencoded_tokens AS reencoded_tokens,
        s.reward_discarded_tokens AS discarded_tokens,
        CASE WHEN s.reward_unmeasured = 0 THEN s.reward_device_seconds::double precision END AS device_seconds
    WHERE j.spec ->> 'reward' IS NOT NULL) r ON true;

-- Not the cancelled ones: the few answers that such a job has are of the problems that came first. A job that lacks more than a tenth of
-- its problems (FailedShare) has no place, as its accuracy may be that of the easy ones.
CREATE OR REPLACE VIEW v_leaderboard AS
SELECT j.dataset_name, j.dataset_sha256,
    CASE WHEN j.dataset_sha256 IS NOT NULL AND 10::bigint * j.failed <= j.problems
        THEN rank() OVER (PARTITION BY j.dataset_sha256, 10::bigint * j.failed <= j.problems ORDER BY a.accuracy DESC NULLS LAST) END AS place,
    j.job_id, j.name, j.policy, j.reward, j.preset, j.strategy, j.width, j.seed, a.method AS vote, a.aggregation, a.own,
    a.accuracy, a.accuracy_low, a.accuracy_high, a.correct, a.graded, j.problems, j.failed,
    c.sampled_tokens_per_problem, c.policy_flops_per_problem, c.total_flops_per_problem, j.finished_at, a.unanswered
FROM v_jobs j JOIN v_accuracy a USING (job_id) JOIN v_cost c USING (job_id)
WHERE j.state IN ('completed', 'completed_with_failures');

CREATE OR REPLACE VIEW v_sweeps AS
SELECT w.sweep_id, w.name, w.created_at, count(j.job_id)::integer AS jobs,
    (count(*) FILTER (WHERE j.state IN ('completed', 'cancelled')))::integer AS ended_jobs,
    coalesce(sum(j.problem_count), 0)::bigint AS problems, coalesce(sum(s.answered), 0)::bigint AS answered,
    coalesce(sum(s.policy_flops), 0)::double precision AS policy_flops, coalesce(sum(s.total_flops), 0)::double precision AS total_flops,
    array_agg(j.job_id ORDER BY m.place) FILTER (WHERE j.job_id IS NOT NULL) AS job_ids,
    coalesce(sum(s.failed), 0)::bigint AS failed, w.tags
FROM sweeps w LEFT JOIN sweep_jobs m USING (sweep_id) LEFT JOIN jobs j USING (job_id) LEFT JOIN job_sums s USING (job_id)
GROUP BY w.sweep_id;

CREATE OR REPLACE VIEW v_schedule_runs AS
SELECT c.schedule_id, c.name AS schedule, r.due_at, r.fired_at, r.sweep_id, r.closes_at, c.baseline_sweep_id,
    cardinality(r.losses) > 0 AS worse, array_to_string(r.losses, E'\n') AS losses,
    r.baseline_cells, r.baseline_cells - cardinality(r.gaps) AS compared_cells, array_to_string(r.gaps, E'\n') AS gaps,
    array_to_string(r.differences, E'\n') AS differences, r.left_out,
    r.answer, (r.verdict ->> 'smallest_drop')::double precision AS smallest_drop
FROM schedule_runs r JOIN schedules c USING (schedule_id);

-- A worker reports every ten seconds, so that a minute without a report means that it has stopped. No job is looked at while every worker
-- serves every job.
CREATE OR REPLACE VIEW v_unserved AS
SELECT j.job_id, u.because
FROM jobs j JOIN kinds k ON k.kind_id = j.kind CROSS JOIN LATERAL (
    SELECT CASE WHEN bool_and(l.reason IS NOT NULL) THEN string_agg(w.worker_id || ': ' || l.reason, '; ' ORDER BY w.worker_id) END AS because
    FROM workers w CROSS JOIN LATERAL (
        SELECT coalesce(unfit_of(w.labels, w.only_models, k), lack_of(w.lacks, j.job_id, j.spec)) AS reason) l
    WHERE w.seen_at > now() - interval '1 minute') u
WHERE j.state IN ('queued', 'running') AND u.because IS NOT NULL
  AND (k.needs <> '{}' OR EXISTS (SELECT 1 FROM workers WHERE lacks <> '[]' OR only_models IS NOT NULL));

-- What a claim sees (LeaseStore), in numbers: autoscalers hold the workers against due + running.
CREATE OR REPLACE VIEW v_queue AS
SELECT (count(*) FILTER (WHERE b.state <> 'running' AND b.run_at <= now() AND w.is_open))::integer AS due,
    (count(*) FILTER (WHERE b.state = 'running'))::integer AS running,
    (count(*) FILTER (WHERE b.state <> 'running' AND b.run_at > now() AND w.is_open))::integer AS later,
    min(b.run_at) FILTER (WHERE b.state <> 'running' AND b.run_at <= now() AND w.is_open) AS oldest_due_at,
    (count(*) FILTER (WHERE b.state <> 'running' AND b.run_at <= now() AND w.is_open AND u.job_id IS NOT NULL))::integer AS unserved,
    (count(*) FILTER (WHERE b.state <> 'running' AND NOT w.is_open))::integer AS paused
FROM batches b
CROSS JOIN LATERAL (SELECT NOT b.paused AND NOT EXISTS (SELECT FROM queue_pause) AS is_open) w
LEFT JOIN v_unserved u ON u.job_id = b.job_id
WHERE b.state IN ('available', 'retryable', 'running')
  AND (b.state = 'running' OR NOT EXISTS (SELECT 1 FROM jobs j WHERE j.job_id = b.job_id AND j.closes_at <= now()));

-- The same by what jobs need: a pool of workers with labels is held against what its own workers can take.
CREATE OR REPLACE VIEW v_queue_needs AS
SELECT k.needs, (count(*) FILTER (WHERE b.state <> 'running' AND b.run_at <= now() AND w.is_open))::integer AS due,
    (count(*) FILTER (WHERE b.state = 'running'))::integer AS running
FROM batches b JOIN kinds k ON k.kind_id = b.kind
CROSS JOIN LATERAL (SELECT NOT b.paused AND NOT EXISTS (SELECT FROM queue_pause) AS is_open) w
WHERE b.state IN ('available', 'retryable', 'running')
  AND (b.state = 'running' OR NOT EXISTS (SELECT 1 FROM jobs j WHERE j.job_id = b.job_id AND j.closes_at <= now()))
GROUP BY k.needs;

CREATE OR REPLACE VIEW v_candidates AS
SELECT a.problem_id, a.job_id, b.batch_no, p.ordinal, p.custom_id, c.no::integer - 1 AS candidate_no, (c.value ->> 'node')::integer AS node,
    c.value ->> 'answer' AS answer, p.gold_answer, p.tolerance, c.value ->> 'text' AS text, c.value -> 'step_scores' AS step_scores,
    jsonb_array_length(c.value -> 'step_scores') AS scored_steps,
    (c.value -> 'step_scores' ->> -1)::double precision AS score_last, s.lowest AS score_min, s.mean AS score_mean
FROM answers a JOIN problems p USING (problem_id) JOIN batches b ON b.batch_id = a.batch_id
CROSS JOIN LATERAL jsonb_array_elements(a.candidates) WITH ORDINALITY c(value, no)
CROSS JOIN LATERAL (
    SELECT min(e.score::double precision) AS lowest, avg(e.score::double precision) AS mean
    FROM jsonb_array_elements_text(c.value -> 'step_scores') e(score)) s;

CREATE OR REPLACE VIEW v_nodes AS
SELECT n.problem_id, p.job_id, b.batch_no, p.ordinal, p.custom_id, n.no AS node, n.parent_no AS parent, n.depth, n.child_index,
    (ARRAY['open', 'finished', 'exhausted', 'dropped', 'rollout', 'rollout_end'])[n.state + 1] AS state, n.score, cardinality(n.tokens) AS tokens,
    n.sampled AS sampled_tokens, n.text, n.created_at AS stored_at
FROM nodes n JOIN problems p USING (problem_id) JOIN batches b ON b.batch_id = p.batch_id;

CREATE OR REPLACE VIEW v_events AS
SELECT event_id, at, job_id, sweep_id, schedule, who, what, detail FROM events;

-- Who runs, and what each holds. Lost ones stay for a day; those of which only leases are left stand in 'rebase workers list' alone.
CREATE OR REPLACE VIEW v_workers AS
SELECT w.worker_id,
    CASE WHEN w.seen_at <= now() - interval '1 minute' THEN 'lost' WHEN w.draining THEN 'draining'
        WHEN h.batches > 0 THEN 'working' ELSE 'idle' END AS state,
    w.seen_at, w.host, w.process_id, w.version, w.started_at, coalesce(h.batches, 0) AS batches, w.max_batches, w.tokens_per_second,
    w.models, w.devices, w.labels, w.only_models, w.lacks
FROM workers w LEFT JOIN (
    SELECT lease_owner, count(*)::integer AS batches FROM batches WHERE state = 'running' GROUP BY lease_owner) h ON h.lease_owner = w.worker_id;

COMMENT ON VIEW v_jobs IS 'A row for each job: what it asks for, where it stands, how often its own vote was right.';
COMMENT ON VIEW v_answers IS 'A row for each answered problem, the failed ones included.';
COMMENT ON VIEW v_usage IS 'A row for each answered problem: what its search cost.';
COMMENT ON VIEW v_accuracy IS 'A row for each job and voting method: how often it was right, with a 95 % Wilson interval.';
COMMENT ON VIEW v_cost IS 'A row for each job with an answer: what its committed answers cost, in all and a problem.';
COMMENT ON VIEW v_leaderboard IS 'A row for each completed job (with failures or without) and voting method, side by side by dataset: accuracy against operations a problem.';
COMMENT ON VIEW v_sweeps IS 'A row for each sweep: its jobs and what they come to; a job may belong to several.';
COMMENT ON VIEW v_schedule_runs IS 'A row for each time that a schedule fired.';
COMMENT ON VIEW v_unserved IS 'A row for each job that waits because none of the running workers can serve it.';
COMMENT ON VIEW v_candidates IS 'A row for each finished solution of an answered problem.';
COMMENT ON VIEW v_nodes IS 'A row for each stored step of a search tree, also of problems without an answer yet; none of pruned trees.';
COMMENT ON VIEW v_events IS 'A row for each thing that somebody did: to a job, a sweep, a schedule, a team or the whole queue.';
COMMENT ON VIEW v_workers IS 'A row for each worker that runs, or stopped reporting within the last day.';
COMMENT ON VIEW v_queue_needs IS 'A row for each set of needs that waiting or running batches have: how many are due, and how many run.';
COMMENT ON VIEW v_queue IS 'One row: the batches that workers could take now, hold, and could take later; none of jobs whose window has ended.';

-- A name means the same in every view; a comment that names a view is for that one alone.
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT DISTINCT ON (a.attrelid, a.attnum) a.attrelid::regclass AS view, a.attname AS name, d.comment
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        JOIN (VALUES
            (NULL, 'job_id', 'The job''s number, as in `rebase jobs list`.'),
            (NULL, 'problem_id', 'The problem''s number in this database; a dataset has new ones in every job.'),
            (NULL, 'batch_no', 'The batch within the job, from 1.'),
            (NULL, 'ordinal', 'Place in the dataset, from 0: what pairs the same problem of two jobs.'),
            (NULL, 'custom_id', 'The problem''s id in its dataset.'),
            (NULL, 'question_id', 'The question''s id, by which its random numbers are drawn.'),
            (NULL, 'question', 'The problem''s text.'),
            (NULL, 'gold_answer', 'The known answer; null when there is none to grade by.'),
            (NULL, 'level', 'How hard the dataset calls the problem, such as 1 to 5; null when it does not say.'),
            (NULL, 'family', 'The kind of problem that the dataset names, such as a topic; null when it does not say.'),
            (NULL, 'tolerance', 'How far the answer may be from a numeric gold answer, as the dataset states it; null when it does not.'),
            (NULL, 'name', 'A name for people; not unique.'),
            (NULL, 'state', 'queued, running, paused, cancelling, completed, completed_with_failures (at least one problem failed) or cancelled.'),
            (NULL, 'dataset_name', 'The dataset''s name; null for jobs older than this column.'),
            (NULL, 'dataset_sha256', 'Hash of the problems in order; null for jobs older than this column.'),
            (NULL, 'settings_sha256', 'Hash of the settings that move a result.'),
            (NULL, 'inputs_sha256', 'Hash of dataset, settings and models.'),
            (NULL, 'tags', 'By which people find it: an object of texts, empty for a tag without a value, as in tags ->> ''team''.'),
            (NULL, 'dataset_path', 'The dataset''s whole path, or its address without the query; null when there was no file, and for jobs older than this column.'),
            (NULL, 'policy', 'The policy model as the job names it.'),
            (NULL, 'reward', 'The reward model as the job names it; null for a job without.'),
            (NULL, 'preset', 'corrected, or authors: whose rules count where the two differ.'),
            (NULL, 'strategy', 'rebase, dora, particles, sampling, beam, dvts, mcts, bg_mcts or greedy.'),
            (NULL, 'width', 'N of the paper: how many solutions a search may finish.'),
            (NULL, 'voting', 'The vote that gives the job''s own answers.'),
            (NULL, 'aggregation', 'How a solution''s step scores become one: last, min, mean or product; null where a vote ignores scores.'),
            (NULL, 'seed', 'Of the job''s random numbers.'),
            (NULL, 'spec', 'Every setting of the job.'),
            (NULL, 'problems', 'Problems in all, answered or not.'),
            (NULL, 'answered', 'Problems with a committed answer, the failed ones included.'),
            (NULL, 'failed', 'Answered problems whose answer is an error.'),
            ('v_answers', 'failed', 'Whether the answer is an error.'),
            (NULL, 'unanswered', 'Problems to which this vote (in v_jobs the job''s own) has no answer, the failed ones not included: not right.'),
            (NULL, 'unanswered_causes', 'The main causes of the missing answers, the most frequent first: an array of cause, problems, solutions (that ended by it), of_solutions; null when none is missing.'),
            (NULL, 'unanswered_cause', 'The main cause of a missing answer: no_answer_found, solution_tokens, depth, step_tokens, policy_context, reward_context, ended_early, none_finished or unknown; null for an answer, and for an error.'),
            (NULL, 'solution_ends', 'How solutions without an answer ended: numbers by cause; null for an error, and for an older answer.'),
            (NULL, 'graded', 'Answered problems with a gold answer, without the failed ones: what accuracy is a share of.'),
            (NULL, 'correct', 'Graded problems that this vote (in v_jobs the job''s own) was right on.'),
            ('v_answers', 'correct', 'Whether the job''s own vote was right; null for an error, and when it could not be graded.'),
            (NULL, 'accuracy', 'correct / graded, 0 to 1; null without a graded problem.'),
            (NULL, 'accuracy_low', 'Lower end of the 95 % Wilson interval of the accuracy.'),
            (NULL, 'accuracy_high', 'Upper end of the 95 % Wilson interval of the accuracy.'),
            (NULL, 'method', 'majority, weighted or best_of_n.'),
            (NULL, 'vote', 'majority, weighted or best_of_n.'),
            (NULL, 'own', 'Whether the job''s own answers come from this vote.'),
            (NULL, 'answer', 'By the job''s own vote; null when no solution has one.'),
            (NULL, 'error', 'Why the problem failed; null when it did not.'),
            (NULL, 'ended_by', 'The limit that ended the search early; null when none did.'),
            (NULL, 'candidate_count', 'Finished solutions.'),
            (NULL, 'grader_version', 'Of whoever gave the verdict; null for an error.'),
            (NULL, 'votes', 'What each voting method answers: an array of method, aggregation, answer, correct, share.'),
            (NULL, 'candidates', 'The finished solutions: an array of node, answer, text, step_scores.'),
            (NULL, 'answered_at', 'When the answer was committed.'),
            (NULL, 'enqueued_at', 'When the job was enqueued.'),
            (NULL, 'started_at', 'When a worker first took a batch of the job.'),
            (NULL, 'finished_at', 'When the job''s last batch ended; null before.'),
            (NULL, 'wall_seconds', 'From started_at to finished_at; null before the end.'),
            (NULL, 'search_seconds', 'The searches'' own wall times, added up; they run side by side.'),
            (NULL, 'nodes', 'Steps sampled.'),
            (NULL, 'attempts', 'Times that the problem''s batch was claimed.'),
            (NULL, 'sampled_tokens', 'Tokens drawn from the policy.'),
            (NULL, 'environments', 'What its steps were sampled on: an array of program, runtime, runtime_build, devices, policy, reward, embedding and sha256; null for older results.'),
            (NULL, 'saved_tokens_estimate', 'Tokens not sampled because votes were decided, as estimated.'),
            (NULL, 'policy_flops', '2 x parameters x sampled tokens of the policy, as the paper counts.'),
            (NULL, 'total_flops', '2 x parameters x evaluated tokens of all models.'),
            (NULL, 'sampled_tokens_per_problem', 'sampled_tokens / problems that did not fail.'),
            (NULL, 'policy_flops_per_problem', 'policy_flops / problems that did not fail.'),
            (NULL, 'total_flops_per_problem', 'total_flops / problems that did not fail.'),
            (NULL, 'place', 'Rank by accuracy among the votes of all jobs on the dataset; null where the dataset is not known, or more than a tenth of the job''s problems failed.'),
            (NULL, 'sweep_id', 'The sweep''s number.'),
            (NULL, 'created_at', 'When the sweep was enqueued.'),
            (NULL, 'jobs', 'Jobs of the sweep.'),
            (NULL, 'ended_jobs', 'Those completed or cancelled.'),
            (NULL, 'job_ids', 'The jobs'' numbers, in the order of the sweep.'),
            (NULL, 'schedule_id', 'The schedule''s number.'),
            (NULL, 'schedule', 'The schedule''s name.'),
            (NULL, 'due_at', 'When the run was due.'),
            (NULL, 'fired_at', 'When a worker fired it.'),
            (NULL, 'closes_at', 'When its window ends; null without one.'),
            (NULL, 'baseline_sweep_id', 'The sweep that runs are held against; null without one.'),
            (NULL, 'worse', 'Whether it lost significantly against the baseline; null when it was not held against one.'),
            (NULL, 'losses', 'What got worse, a line each.'),
            (NULL, 'baseline_cells', 'Completed cells of the baseline; null when the run was not held against one.'),
            (NULL, 'compared_cells', 'Those of them that the run has too: a verdict is of no others.'),
            (NULL, 'gaps', 'The others with the reasons, a line each.'),
            (NULL, 'differences', 'In what the machines of the run and of its baseline differ, a line each.'),
            (NULL, 'left_out', 'Problems of the compared cells that failed in the run or in the baseline, and were not compared.'),
            ('v_schedule_runs', 'answer', 'What the gate says: pass, warn, inconclusive, incomparable or block; null when the run was not judged yet, or by an older version.'),
            (NULL, 'smallest_drop', 'The smallest drop of accuracy that every compared critical cell would show with the gate''s power, a share of the problems.'),
            (NULL, 'priority', 'Higher goes first, -100 to 100.'),
            (NULL, 'team', 'The team that the job counts for; null for none.'),
            (NULL, 'paused_at', 'Since when the job is paused; null when it is not.'),
            (NULL, 'paused', 'Batches of paused jobs, or of the whole queue while that is paused, that wait.'),
            (NULL, 'due', 'Batches that a worker may claim now.'),
            (NULL, 'running', 'Batches under a lease, those of a dead worker included until they are taken from it.'),
            (NULL, 'later', 'Batches that wait for a time, as after a failed attempt.'),
            (NULL, 'because', 'What each running worker lacks for the job.'),
            (NULL, 'unserved', 'Of the due batches, those that no running worker can serve.'),
            (NULL, 'needs', 'The labels that a worker must have to take the job: key=value, or key for any value; empty for none.'),
            (NULL, 'event_id', 'The event''s number; later events have greater ones.'),
            (NULL, 'at', 'When it was done.'),
            ('v_events', 'job_id', 'The job that it was done to; null for another thing. Of a deleted job only its deletion is left.'),
            ('v_events', 'sweep_id', 'The sweep that it was done to; null for another thing.'),
            ('v_events', 'schedule', 'The schedule that it was done to; null for another thing.'),
            (NULL, 'who', 'user@host of a command, page:NAME of a session on the page, or what else acted, such as a schedule.'),
            (NULL, 'what', 'A word: enqueued, cancelled, retried, deleted, regraded, pruned, released, paused, resumed, changed, schedule_added and the like.'),
            (NULL, 'detail', 'More about it, in words; null for nothing.'),
            (NULL, 'worker_id', 'The worker''s name, as leases and logs have it.'),
            ('v_workers', 'state', 'working, idle, draining (it was asked to stop) or lost (no report for a minute).'),
            (NULL, 'seen_at', 'Its last report; one comes every ten seconds.'),
            (NULL, 'host', 'Its machine.'),
            (NULL, 'process_id', 'Its process on that machine.'),
            (NULL, 'version', 'Of its program.'),
            ('v_workers', 'started_at', 'When the worker started.'),
            (NULL, 'batches', 'Batches under its lease.'),
            (NULL, 'max_batches', 'How many it may hold.'),
            (NULL, 'tokens_per_second', 'Sampled policy tokens, over the half minute before its last report.'),
            (NULL, 'models', 'The models that it has loaded: an array of role and model.'),
            (NULL, 'devices', 'What decodes, with its description; empty while nothing is loaded that decodes there.'),
            (NULL, 'labels', 'What jobs can ask for with their needs: key=value, or key.'),
            (NULL, 'only_models', 'The only models that it serves, as jobs name them; null for all.'),
            (NULL, 'lacks', 'What it has found that it can''t serve: an array of policy, reward or job_id, with reason and until.'),
            (NULL, 'candidate_no', 'Place among the problem''s finished solutions, from 0.'),
            (NULL, 'node', 'The step''s number in its problem''s tree, from 1; of a finished solution its last step.'),
            ('v_candidates', 'answer', 'What the solution answers; null when no answer was found in it.'),
            ('v_candidates', 'text', 'The whole solution.'),
            (NULL, 'step_scores', 'The reward of each scored step, first to last: an array of numbers; empty for an unscored search.'),
            (NULL, 'scored_steps', 'Steps that have a score.'),
            (NULL, 'score_last', 'The last step''s score; null for an unscored search.'),
            (NULL, 'score_min', 'The lowest score of a step; null for an unscored search.'),
            (NULL, 'score_mean', 'The mean of the steps'' scores; null for an unscored search.'),
            (NULL, 'parent', 'The node that the step continues; 0 is the question.'),
            (NULL, 'depth', 'Steps from the question, this one included.'),
            (NULL, 'child_index', 'Place among the parent''s children, from 0.'),
            ('v_nodes', 'state', 'open (may be continued), finished (a solution ends here), exhausted (a limit came first) dropped (authors'' preset: without a score), rollout or rollout_end (beam search looks ahead: in no solution).'),
            (NULL, 'score', 'The reward model''s score of the step, 0 to 1; null for an unscored search, and for a step that could not be scored.'),
            (NULL, 'tokens', 'Tokens of the step.'),
            (NULL, 'text', 'The step''s own text.'),
            (NULL, 'stored_at', 'When the step was stored.'),
            (NULL, 'oldest_due_at', 'Since when the longest due batch has been due; null without one.')) d(view, name, comment) ON d.name = a.attname AND coalesce(d.view, c.relname) = c.relname
        WHERE c.oid IN ('v_jobs'::regclass, 'v_answers'::regclass, 'v_usage'::regclass, 'v_accuracy'::regclass, 'v_cost'::regclass,
            'v_leaderboard'::regclass, 'v_sweeps'::regclass, 'v_schedule_runs'::regclass, 'v_queue'::regclass, 'v_unserved'::regclass,
            'v_candidates'::regclass, 'v_nodes'::regclass, 'v_events'::regclass, 'v_workers'::regclass, 'v_queue_needs'::regclass)
        ORDER BY a.attrelid, a.attnum, d.view NULLS LAST
        LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', found.view, found.name, found.comment);
    END LOOP;

    -- v_usage and v_cost name each model's ledger alike.
    FOR found IN
        SELECT a.attrelid::regclass AS view, a.attname AS name, format(d.comment, split_part(a.attname, '_', 1)) AS comment
        FROM pg_attribute a JOIN (VALUES
            ('model', 'Name of the %s model.'),
            ('sha256', 'Hash of the %s model''s weights.'),
            ('parameters', 'Parameters of the %s model.'),
            ('prompt_tokens', 'Tokens of the prompts of the %s model.'),
            ('sampled_tokens', 'Tokens sampled by the %s model.'),
            ('evaluated_tokens', 'Tokens that went through the %s model.'),
            ('reencoded_tokens', 'Of the evaluated tokens of the %s model, those that had been encoded before and were lost.'),
            ('cached_tokens', 'Tokens of prompts that the cache of the %s model''s server held, apart from the evaluated ones; null for a model in the worker, and where the server does not say.'),
            ('discarded_tokens', 'Tokens of the %s model spent on steps that are in no finished solution.'),
            ('device_seconds', 'Seconds that the %s model decoded; null for a model on a server.')) d(name, comment)
            ON a.attname IN ('policy_' || d.name, 'reward_' || d.name, 'embedding_' || d.name)
        WHERE a.attrelid IN ('v_usage'::regclass, 'v_cost'::regclass) AND a.attnum > 0
        LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', found.view, found.name, found.comment);
    END LOOP;
END $$;

-- May read the views and nothing else. Roles belong to the whole server: another database may have made it, or be making it now; and on
-- a managed server this user may not, which is no reason to stop.
DO $$
BEGIN
    IF to_regrole('rebase_reader') IS NULL THEN CREATE ROLE rebase_reader NOLOGIN; END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'the role rebase_reader was not created (%): have it created by someone who may, and grant it SELECT on the views v_...', SQLERRM;
END $$;

DO $$
BEGIN
    IF to_regrole('rebase_reader') IS NULL THEN RETURN; END IF;
    IF NOT has_schema_privilege('rebase_reader', current_schema(), 'USAGE') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO rebase_reader', current_schema());
    END IF;
    GRANT SELECT ON v_jobs, v_answers, v_usage, v_accuracy, v_cost, v_leaderboard, v_sweeps, v_schedule_runs, v_queue, v_unserved,
        v_candidates, v_nodes, v_events, v_workers, v_queue_needs TO rebase_reader;
EXCEPTION
    WHEN insufficient_privilege THEN RAISE NOTICE 'rebase_reader lacks rights on the views: %', SQLERRM;
END $$;

-- From PostgreSQL 16 on, whoever made a role may grant it, also to himself, but not take it on before. Apart from the rights on the views,
-- which must not be taken back because someone else made the role.
DO $$
BEGIN
    IF to_regrole('rebase_reader') IS NULL OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN RETURN; END IF;
    GRANT rebase_reader TO CURRENT_USER;
EXCEPTION
    WHEN insufficient_privilege THEN RAISE NOTICE 'the migrating user may not grant himself rebase_reader, and takes it on only if he has it already: %', SQLERRM;
END $$;
