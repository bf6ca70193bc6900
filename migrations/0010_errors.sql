-- An error is not a wrong answer. A problem that failed has no verdict, and accuracy is a share of the others; it is counted beside it. A
-- problem that the model left unanswered stays a wrong one, and is counted apart.
ALTER TABLE job_sums ADD unanswered integer NOT NULL DEFAULT 0;
-- Answers of this vote that are none.
ALTER TABLE job_vote_sums ADD unanswered integer NOT NULL DEFAULT 0;
-- Of the verdict: problems of compared cells that failed in the run or in the baseline; null: not held against it yet.
ALTER TABLE schedule_runs ADD left_out integer;

CREATE OR REPLACE FUNCTION sum_answers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sign CONSTANT integer := TG_ARGV[0];
BEGIN
    INSERT INTO job_sums AS s (job_id, answered, failed, graded, correct, unanswered)
    SELECT c.job_id, sign * count(*), sign * count(*) FILTER (WHERE c.failed), sign * count(p.gold_answer) FILTER (WHERE NOT c.failed),
        sign * count(*) FILTER (WHERE c.correct), sign * count(*) FILTER (WHERE c.answer IS NULL AND NOT c.failed)
    FROM changed c JOIN problems p USING (problem_id)
    GROUP BY c.job_id
    ON CONFLICT (job_id) DO UPDATE SET answered = s.answered + excluded.answered, failed = s.failed + excluded.failed,
        graded = s.graded + excluded.graded, correct = s.correct + excluded.correct, unanswered = s.unanswered + excluded.unanswered;

    INSERT INTO job_vote_sums AS s (job_id, method, aggregation, votes, correct, unanswered)
    SELECT c.job_id, v ->> 'method', coalesce(v ->> 'aggregation', ''), sign * count(*), sign * count(*) FILTER (WHERE (v ->> 'correct')::boolean),
        sign * count(*) FILTER (WHERE v ->> 'answer' IS NULL)
    FROM changed c JOIN jobs j USING (job_id), jsonb_array_elements(c.votes) v
    GROUP BY 1, 2, 3
    ON CONFLICT (job_id, method, aggregation) DO UPDATE SET votes = s.votes + excluded.votes, correct = s.correct + excluded.correct,
        unanswered = s.unanswered + excluded.unanswered;

    INSERT INTO job_early_ends AS s (job_id, ended_by, problems)
    SELECT c.job_id, c.ended_by, sign * count(*)
    FROM changed c JOIN jobs j USING (job_id)
    WHERE c.ended_by IS NOT NULL
    GROUP BY 1, 2
    ON CONFLICT (job_id, ended_by) DO UPDATE SET problems = s.problems + excluded.problems;
    RETURN NULL;
END $$;

-- The files of these jobs hold the old verdicts: they are due again, under new names, as after a regrade.
INSERT INTO outbox (job_id, batch_no)
SELECT DISTINCT b.job_id, n.batch_no
FROM answers a JOIN batches b USING (batch_id) JOIN jobs j ON j.job_id = b.job_id
CROSS JOIN LATERAL (VALUES (b.batch_no), (CASE WHEN j.state IN ('completed', 'cancelled') THEN 0 END)) n(batch_no)
WHERE a.failed AND a.correct IS NOT NULL AND n.batch_no IS NOT NULL
ON CONFLICT (job_id, batch_no) DO UPDATE SET due_at = now(), lease_token = NULL;

-- Verdicts on runs for which an error was a lost problem are given anew, as the jobs' answers are all there.
UPDATE schedule_runs r SET losses = NULL
FROM schedules c
WHERE c.schedule_id = r.schedule_id AND EXISTS (
    SELECT FROM sweep_jobs m JOIN job_sums s USING (job_id) WHERE m.sweep_id IN (r.sweep_id, c.baseline_sweep_id) AND s.failed > 0);
UPDATE schedule_runs SET left_out = 0 WHERE losses IS NOT NULL;

UPDATE answers SET correct = NULL WHERE failed AND correct IS NOT NULL;
ALTER TABLE answers ADD CONSTRAINT answers_error_has_no_verdict CHECK (error IS NULL OR correct IS NULL);

-- Workers of the version before go on until they are replaced, and give an error the verdict of a wrong answer. The constraint alone would
-- refuse the whole batch, five times, for good.
CREATE FUNCTION leave_error_unjudged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.correct := NULL;
    RETURN NEW;
END $$;

CREATE TRIGGER error_unjudged BEFORE INSERT ON answers
    FOR EACH ROW WHEN (NEW.error IS NOT NULL AND NEW.correct IS NOT NULL) EXECUTE FUNCTION leave_error_unjudged();

-- The update above moved the sums by the new rule for both versions of a row, so what they hold of the old rule is computed anew.
UPDATE job_sums s SET answered = a.answered, failed = a.failed, graded = a.graded, correct = a.correct, unanswered = a.unanswered
FROM (
    SELECT a.job_id, count(*) AS answered, count(*) FILTER (WHERE a.failed) AS failed,
        count(p.gold_answer) FILTER (WHERE NOT a.failed) AS graded, count(*) FILTER (WHERE a.correct) AS correct,
        count(*) FILTER (WHERE a.answer IS NULL AND NOT a.failed) AS unanswered
    FROM answers a JOIN problems p USING (problem_id)
    GROUP BY a.job_id) a
WHERE a.job_id = s.job_id;

UPDATE job_vote_sums s SET unanswered = a.unanswered
FROM (
    SELECT a.job_id, v ->> 'method' AS method, coalesce(v ->> 'aggregation', '') AS aggregation, count(*) AS unanswered
    FROM answers a, jsonb_array_elements(a.votes) v
    WHERE v ->> 'answer' IS NULL
    GROUP BY 1, 2, 3) a
WHERE (a.job_id, a.method, a.aggregation) = (s.job_id, s.method, s.aggregation);
