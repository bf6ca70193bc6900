-- A problem without an answer names its cause, and a job counts them: a zero must say why it is one.
ALTER TABLE answers
    -- UnansweredCause by its stored name; null for a problem with an answer, and for an error.
    ADD unanswered_cause text,
    -- How solutions without an answer ended: numbers by UnansweredCause. Null for an error, and where a version before this one did not count.
    ADD solution_ends jsonb;

-- Whether a worker has said in its log that the job's first batch is wholly unanswered: once for each job is enough.
ALTER TABLE jobs ADD unanswered_told boolean NOT NULL DEFAULT false;

-- What can be known without counts, as in Unanswered.CauseOf.
CREATE FUNCTION explain_unanswered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.unanswered_cause := CASE
        WHEN NEW.answer IS NOT NULL OR NEW.error IS NOT NULL THEN NULL
        WHEN jsonb_array_length(NEW.candidates) > 0 THEN 'no_answer_found'
        WHEN NEW.ended_by IS NOT NULL THEN 'ended_early'
        ELSE 'unknown' END;
    RETURN NEW;
END $$;

UPDATE answers
SET unanswered_cause = CASE
    WHEN jsonb_array_length(candidates) > 0 THEN 'no_answer_found'
    WHEN ended_by IS NOT NULL THEN 'ended_early'
    ELSE 'unknown' END
WHERE answer IS NULL AND error IS NULL;

ALTER TABLE answers ADD CONSTRAINT answers_unanswered_has_cause
    CHECK ((answer IS NULL AND error IS NULL) = (unanswered_cause IS NOT NULL));

-- For workers of the version before, which go on until they are replaced.
CREATE TRIGGER unanswered_explained BEFORE INSERT OR UPDATE ON answers
    FOR EACH ROW WHEN ((NEW.answer IS NULL AND NEW.error IS NULL) <> (NEW.unanswered_cause IS NOT NULL))
    EXECUTE FUNCTION explain_unanswered();

-- To show some of them.
CREATE INDEX answers_unanswered ON answers (job_id, problem_id) WHERE unanswered_cause IS NOT NULL;

CREATE TABLE job_unanswered (
    job_id       bigint  NOT NULL REFERENCES jobs ON DELETE CASCADE,
    -- The main cause of the problems.
    cause        text    NOT NULL,
    problems     integer NOT NULL,
    -- Solutions of these problems that ended by the cause, and all of them.
    solutions    bigint  NOT NULL,
    of_solutions bigint  NOT NULL,
    PRIMARY KEY (job_id, cause)
) WITH (fillfactor = 70);

CREATE FUNCTION sum_unanswered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sign CONSTANT integer := TG_ARGV[0];
BEGIN
    INSERT INTO job_unanswered AS s (job_id, cause, problems, solutions, of_solutions)
    SELECT c.job_id, c.unanswered_cause, sign * count(*), sign * coalesce(sum((c.solution_ends ->> c.unanswered_cause)::bigint), 0),
        sign * coalesce(sum((SELECT sum(e.value::bigint) FROM jsonb_each_text(c.solution_ends) e)), 0)
    FROM changed c JOIN jobs j USING (job_id)
    WHERE c.unanswered_cause IS NOT NULL
    GROUP BY 1, 2
    ON CONFLICT (job_id, cause) DO UPDATE SET problems = s.problems + excluded.problems, solutions = s.solutions + excluded.solutions,
        of_solutions = s.of_solutions + excluded.of_solutions;
    RETURN NULL;
END $$;

CREATE TRIGGER unanswered_inserted AFTER INSERT ON answers REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION sum_unanswered('1');
CREATE TRIGGER unanswered_deleted AFTER DELETE ON answers REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION sum_unanswered('-1');
CREATE TRIGGER unanswered_updated_from AFTER UPDATE ON answers REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION sum_unanswered('-1');
CREATE TRIGGER unanswered_updated_to AFTER UPDATE ON answers REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION sum_unanswered('1');

INSERT INTO job_unanswered (job_id, cause, problems, solutions, of_solutions)
SELECT job_id, unanswered_cause, count(*), 0, 0 FROM answers WHERE unanswered_cause IS NOT NULL GROUP BY 1, 2;
