-- What a job works on and how, by content: the same work is not done twice, and the same cell of two runs can be paired. All null for
-- jobs that are older than this script.
ALTER TABLE jobs
    ADD dataset_name    text,
    -- Of the problems in order.
    ADD dataset_sha256  text,
    -- Of the settings that move a result: without name, batch size, attempts and deadline.
    ADD settings_sha256 text,
    -- Of dataset, settings and the models' files; of a model that only the workers have, its name.
    ADD inputs_sha256   text,
    -- From this moment on no batch of the job is claimed, and its holders give theirs back; a schedule's next window moves it on.
    ADD closes_at       timestamptz;

CREATE INDEX jobs_by_inputs ON jobs (inputs_sha256) WHERE inputs_sha256 IS NOT NULL;

-- Datasets of schedules, whose files may lie on another machine than the worker that fires them.
CREATE TABLE datasets (
    dataset_sha256 text PRIMARY KEY,
    problems       jsonb       NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sweeps (
    sweep_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text        NOT NULL,
    spec       jsonb       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- A job that was there already serves several sweeps.
CREATE TABLE sweep_jobs (
    sweep_id bigint  NOT NULL REFERENCES sweeps ON DELETE CASCADE,
    -- From 0, in the order of the spec.
    place    integer NOT NULL,
    job_id   bigint  NOT NULL REFERENCES jobs ON DELETE CASCADE,
    PRIMARY KEY (sweep_id, place)
);

CREATE INDEX sweep_jobs_by_job ON sweep_jobs (job_id);

CREATE TABLE schedules (
    schedule_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name              text        NOT NULL UNIQUE,
    -- Five fields; of day of month and day of week either must fit, as in Vixie's cron.
    cron              text        NOT NULL,
    -- IANA name.
    time_zone         text        NOT NULL,
    -- Local time at which a run stops until the next one goes on with it; null: it runs to its end.
    until_time        time,
    -- What becomes of due times that passed while no worker ran.
    missed            text        NOT NULL DEFAULT 'run_once' CHECK (missed IN ('run_once', 'skip')),
    -- Whether jobs run again that the tables hold already for the same inputs.
    fresh             boolean     NOT NULL DEFAULT false,
    -- The sweep's spec, its datasets named by their hash.
    sweep             jsonb       NOT NULL,
    -- Runs are held against this sweep.
    baseline_sweep_id bigint REFERENCES sweeps,
    created_at        timestamptz NOT NULL DEFAULT now()
);

-- The primary key is what makes several workers fire a due time once.
CREATE TABLE schedule_runs (
    schedule_id bigint      NOT NULL REFERENCES schedules ON DELETE CASCADE,
    due_at      timestamptz NOT NULL,
    fired_at    timestamptz NOT NULL DEFAULT now(),
    -- A firing that finds the run before it unfinished goes on with that one's sweep.
    sweep_id    bigint      NOT NULL REFERENCES sweeps,
    closes_at   timestamptz,
    -- What got worse than the baseline, a line each; empty: nothing did; null: not held against it yet.
    losses      text[],
    PRIMARY KEY (schedule_id, due_at)
);
