-- A queue that a team shares: who goes first, how much one may take, and what rests. Batches carry what a claim orders them by, so that a
-- claim reads an index and no job.
CREATE TABLE teams (
    name         text             PRIMARY KEY CHECK (name <> ''),
    -- A team of weight 2 gets twice the batches of a team of weight 1 while both have work. A team without a row has weight 1.
    weight       double precision NOT NULL DEFAULT 1 CHECK (weight >= 0.001 AND weight <= 1000),
    -- Null: as many as there are places.
    most_running integer          CHECK (most_running >= 0)
);

-- The most batches that run at once of jobs with this model, as policy or as reward model.
CREATE TABLE model_caps (
    model        text    PRIMARY KEY,
    most_running integer NOT NULL CHECK (most_running >= 0)
);

-- One row, which a claim locks while there are caps: a cap holds exactly only if claims follow each other.
CREATE TABLE queue_gate (
    one boolean PRIMARY KEY CHECK (one)
) WITH (fillfactor = 10);

INSERT INTO queue_gate VALUES (true);

-- At most one row: the whole queue is paused.
CREATE TABLE queue_pause (
    one       boolean     PRIMARY KEY DEFAULT true CHECK (one),
    paused_at timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE jobs
    ADD priority  smallint NOT NULL DEFAULT 0 CHECK (priority BETWEEN -100 AND 100),
    -- Null: the jobs without a team are one team of weight 1.
    ADD team      text,
    ADD paused_at timestamptz,
    -- Rises with each change of the limits or the deadline: a holder that was given an earlier one gives its batch back.
    ADD revision  integer  NOT NULL DEFAULT 0;

-- Copies of the job's columns, '' for no team. A renewal changes none of them, so it stays in place (HOT).
ALTER TABLE batches
    ADD priority smallint NOT NULL DEFAULT 0,
    ADD team     text     NOT NULL DEFAULT '',
    ADD paused   boolean  NOT NULL DEFAULT false,
    -- The place in its line, which is all that waits with this priority and team: problems of the same submission (a job, or the jobs of a
    -- sweep) before this batch, counted from where the line stood when the submission came. So submissions take turns.
    ADD turn     bigint   NOT NULL DEFAULT 0;

-- Jobs that wait already take turns from now on.
UPDATE batches b SET turn = p.before
FROM (
    SELECT b.batch_id, (sum(coalesce((j.spec ->> 'batch_size')::integer, 16)) OVER (
        PARTITION BY coalesce(s.sweep_id, -j.job_id) ORDER BY s.place, j.job_id, b.batch_no
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))::bigint AS before
    FROM batches b JOIN jobs j USING (job_id)
    LEFT JOIN LATERAL (SELECT sweep_id, place FROM sweep_jobs m WHERE m.job_id = j.job_id ORDER BY sweep_id LIMIT 1) s ON true
    WHERE b.state IN ('available', 'retryable', 'running')) p
WHERE b.batch_id = p.batch_id AND p.before > 0;

DROP INDEX batches_claimable;
CREATE INDEX batches_claimable ON batches (priority, team, turn, run_at, batch_id) WHERE state IN ('available', 'retryable') AND NOT paused;

-- What the queue remembers of each line (a priority and a team). A claim that finds the row locked leaves it: another claim writes it at this moment.
CREATE TABLE turns (
    team      text             NOT NULL,
    priority  smallint         NOT NULL,
    served_at timestamptz      NOT NULL DEFAULT now(),
    -- Virtual time (start-time fair queueing; P. Goyal, H. Vin, H. Cheng, 1996): batches served over the weight. When the last batch began,
    -- and when the next one may.
    start     double precision NOT NULL DEFAULT 0,
    pass      double precision NOT NULL DEFAULT 0,
    PRIMARY KEY (team, priority)
) WITH (fillfactor = 50);

INSERT INTO turns (team, priority) VALUES ('', 0);

-- Where a submission that comes now begins: after what its line has begun, else at the line's head. With the later of the two, neither a
-- batch that waits for ever nor one that is tried again lets newcomers go before the others.
CREATE FUNCTION turn_now(line_priority smallint, line_team text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(greatest(
        (SELECT max(turn) FROM batches WHERE state = 'running' AND priority = line_priority AND team = line_team),
        (SELECT turn FROM batches WHERE state IN ('available', 'retryable') AND NOT paused AND priority = line_priority AND team = line_team
         ORDER BY turn, run_at, batch_id LIMIT 1)), 0)
$$;
