-- Who worked on what batch from when to when: what work on a job took is not what passed between its start and its end, as it may have
-- waited a day for its window, or shared its worker with other jobs.
CREATE TABLE attempts (
    job_id      bigint      NOT NULL REFERENCES jobs ON DELETE CASCADE,
    batch_id    bigint      NOT NULL REFERENCES batches ON DELETE CASCADE,
    lease_epoch bigint      NOT NULL,
    -- Null for what was done before there was this table.
    worker_id   text,
    began_at    timestamptz NOT NULL,
    ended_at    timestamptz NOT NULL CHECK (ended_at >= began_at),
    PRIMARY KEY (batch_id, lease_epoch)
);

CREATE INDEX attempts_by_job ON attempts (job_id);

ALTER TABLE batches ADD claimed_at timestamptz;
UPDATE batches SET claimed_at = now() WHERE state = 'running';

-- Of a batch without a second attempt that is all there was; a longer history is not known.
INSERT INTO attempts (job_id, batch_id, lease_epoch, began_at, ended_at)
SELECT job_id, batch_id, lease_epoch, started_at, finished_at FROM batches WHERE state = 'completed' AND lease_epoch = 1 AND finished_at >= started_at;

CREATE FUNCTION keep_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.claimed_at := now();
    RETURN NEW;
END $$;

-- However an attempt ends, it ends the state. A lease that ran out tells that its worker was there no longer than that.
CREATE FUNCTION keep_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO attempts (job_id, batch_id, lease_epoch, worker_id, began_at, ended_at)
    VALUES (OLD.job_id, OLD.batch_id, OLD.lease_epoch, OLD.lease_owner, OLD.claimed_at, greatest(OLD.claimed_at, least(now(), OLD.lease_until)));
    RETURN NULL;
END $$;

CREATE TRIGGER claimed BEFORE UPDATE OF state ON batches FOR EACH ROW WHEN (NEW.state = 'running' AND OLD.state <> 'running') EXECUTE FUNCTION keep_claim();
CREATE TRIGGER attempt_ended AFTER UPDATE OF state ON batches FOR EACH ROW WHEN (OLD.state = 'running' AND NEW.state <> 'running') EXECUTE FUNCTION keep_attempt();

-- That nothing got worse says little while it is not said how much was compared. What was judged without that is judged anew.
ALTER TABLE schedule_runs
    -- Of the baseline, those that completed; null: not held against it yet.
    ADD baseline_cells integer,
    -- Those of them that the run left nothing to compare with, each with the reason, a line each.
    ADD gaps text[];

UPDATE schedule_runs SET losses = NULL;
