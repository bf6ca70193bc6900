-- The workers that run, and what each has found that it can't serve: a job that no worker can serve waits and says so. Only people and
-- views read these rows; no claim depends on them.
CREATE TABLE workers (
    worker_id text        PRIMARY KEY,
    seen_at   timestamptz NOT NULL,
    -- Array of {policy | reward | job_id, reason, until}.
    lacks     jsonb       NOT NULL DEFAULT '[]'
) WITH (fillfactor = 70);

ALTER TABLE batches
    -- The last holder died, or its engine stopped: the batch may be why. It is claimed alone, so that no other batch is lost with it.
    ADD alone          boolean NOT NULL DEFAULT false,
    -- The worker that claims nothing more until it is free for this batch.
    ADD reserved_by    text,
    ADD reserved_until timestamptz;

CREATE INDEX batches_alone ON batches (run_at, batch_id) WHERE alone AND state IN ('available', 'retryable');

-- Why a worker with these lacks can't serve the job; null when it can.
CREATE FUNCTION lack_of(lacks jsonb, job_id bigint, spec jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT l ->> 'reason' FROM jsonb_array_elements(lacks) l
    WHERE l ->> 'policy' = spec ->> 'policy' OR l ->> 'reward' = spec ->> 'reward' OR (l ->> 'job_id')::bigint = job_id
    LIMIT 1
$$;
