-- Who did what, and which job waits for which.

-- Written in the transaction of the change, so that there are both or none. No foreign key: of a deleted job one row stays, which says who
-- deleted it; the deletion removes the others.
CREATE TABLE events (
    event_id bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL DEFAULT now(),
    job_id   bigint,
    sweep_id bigint,
    -- The name of a schedule.
    schedule text,
    -- user@host of a command, page:NAME of a session on the page, or what else acted: "schedule nightly", "worker w1".
    who      text        NOT NULL,
    -- A word: enqueued, cancelled, retried, ...
    what     text        NOT NULL,
    detail   text
);

CREATE INDEX events_by_job ON events (job_id, event_id) WHERE job_id IS NOT NULL;
CREATE INDEX events_by_schedule ON events (schedule, event_id) WHERE schedule IS NOT NULL;

-- A job can name only earlier ones, so that none waits for itself. A job that is gone had ended.
CREATE TABLE job_waits (
    job_id    bigint  NOT NULL REFERENCES jobs ON DELETE CASCADE,
    after_job bigint  NOT NULL CHECK (after_job < job_id),
    -- Whether it is enough that the other job ends, also with failed problems or cancelled.
    any_end   boolean NOT NULL,
    PRIMARY KEY (job_id, after_job)
);

CREATE INDEX job_waits_by_after ON job_waits (after_job);

ALTER TABLE jobs
    -- Its batches are due at infinity, until the jobs of job_waits have ended.
    ADD waiting    boolean NOT NULL DEFAULT false,
    -- Given at its enqueuing: a second one with this key makes no second job.
    ADD unique_key text CHECK (unique_key <> '');

CREATE INDEX jobs_waiting ON jobs (job_id) WHERE waiting;
CREATE INDEX jobs_by_unique_key ON jobs (unique_key) WHERE unique_key IS NOT NULL;
