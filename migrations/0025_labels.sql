-- Labels of workers, and what jobs need of them. What a job asks of a worker, its models and its needs, is a kind: there are few of them,
-- so a claim decides by kind and reads no job.
CREATE TABLE kinds (
    kind_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Hash of the other columns.
    key     text    NOT NULL UNIQUE,
    policy  text,
    reward  text,
    -- All models that the job names: these two, and a third for embeddings.
    models  text[]  NOT NULL,
    -- key=value, or key for any value. A worker takes a job's batches if each need is a label of it, or the key of one.
    needs   text[]  NOT NULL
);

-- The kind of a job with this spec, which is made if it is new. Of two transactions that make the same one, the second waits for the first.
CREATE FUNCTION kind_of(spec jsonb) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    wanted jsonb := coalesce(nullif(spec -> 'needs', 'null'), '[]');
    hash text := encode(sha256(convert_to(jsonb_build_array(spec -> 'policy', spec -> 'reward', spec -> 'embedding_model', wanted)::text, 'UTF8')), 'hex');
    found integer;
BEGIN
    SELECT kind_id INTO found FROM kinds WHERE key = hash;
    IF found IS NOT NULL THEN RETURN found; END IF;
    INSERT INTO kinds (key, policy, reward, models, needs)
    VALUES (hash, spec ->> 'policy', spec ->> 'reward',
        array_remove(ARRAY[spec ->> 'policy', spec ->> 'reward', spec ->> 'embedding_model'], NULL), ARRAY(SELECT jsonb_array_elements_text(wanted)))
    ON CONFLICT (key) DO NOTHING;
    SELECT kind_id INTO found FROM kinds WHERE key = hash;
    RETURN found;
END $$;

ALTER TABLE jobs ADD kind integer REFERENCES kinds;
UPDATE jobs SET kind = kind_of(spec);
ALTER TABLE jobs ALTER COLUMN kind SET NOT NULL;

CREATE FUNCTION keep_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.kind := kind_of(NEW.spec);
    RETURN NEW;
END $$;

CREATE TRIGGER jobs_keep_kind BEFORE INSERT OR UPDATE OF spec ON jobs FOR EACH ROW EXECUTE FUNCTION keep_kind();

-- A copy of the job's column. 0, of batches that had ended before this script: one that is tried again gets its job's.
ALTER TABLE batches ADD kind integer NOT NULL DEFAULT 0;
UPDATE batches b SET kind = j.kind FROM jobs j
WHERE j.job_id = b.job_id AND b.state IN ('available', 'retryable', 'running');
ALTER TABLE batches ALTER COLUMN kind DROP DEFAULT;

-- The jobs whose window ends; those whose window has ended are passed over.
CREATE INDEX jobs_closing ON jobs (closes_at) WHERE closes_at IS NOT NULL AND state IN ('queued', 'running');

ALTER TABLE workers
    -- key=value, or key; null for a worker that has not reported since this script.
    ADD labels      text[],
    -- The only models that it serves, as jobs name them; null: all.
    ADD only_models text[];

-- Why a worker with these labels, which serves only these models, can't serve a job of this kind; null when it can.
CREATE FUNCTION unfit_of(labels text[], only_models text[], kind kinds) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN (kind.models <@ only_models) IS FALSE
            THEN 'it serves only ' || array_to_string(only_models, ', ')
        ELSE (
            SELECT 'it lacks the label ' || string_agg(need, ', ' ORDER BY need) FROM unnest(kind.needs) AS n(need)
            WHERE NOT EXISTS (
                SELECT FROM unnest(labels) AS l(label)
                WHERE label = need OR position('=' IN need) = 0 AND split_part(label, '=', 1) = need))
        END
$$;

-- Batches that are held back until other jobs have ended are due at infinity. No claim reads past them at a line's head.
DROP INDEX batches_claimable;
CREATE INDEX batches_claimable ON batches (priority, team, turn, run_at, batch_id)
    WHERE state IN ('available', 'retryable') AND NOT paused AND run_at < 'infinity';

-- As before, by the new index: what is held back gets its turn when it is released.
CREATE OR REPLACE FUNCTION turn_now(line_priority smallint, line_team text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(greatest(
        (SELECT max(turn) FROM batches WHERE state = 'running' AND priority = line_priority AND team = line_team),
        (SELECT turn FROM batches
         WHERE state IN ('available', 'retryable') AND NOT paused AND run_at < 'infinity' AND priority = line_priority AND team = line_team
         ORDER BY turn, run_at, batch_id LIMIT 1)), 0)
$$;
