-- Locking, everywhere: the job's row first (FOR NO KEY UPDATE), then its batches. A claim, a renewal and a checkpoint lock a batch
-- only and wait for nothing else, so they can't close a circle.

CREATE TABLE jobs (
    job_id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Part of every result file's name, so that two databases can share a results folder.
    job_key          uuid        NOT NULL DEFAULT gen_random_uuid(),
    spec             jsonb       NOT NULL,
    problem_count    integer     NOT NULL CHECK (problem_count > 0),
    state            text        NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'completed', 'cancelled')),
    cancel_requested boolean     NOT NULL DEFAULT false,
    enqueued_at      timestamptz NOT NULL DEFAULT now(),
    started_at       timestamptz,
    finished_at      timestamptz
);

-- Renewals rewrite a row every few seconds: room in the page and no index on what they change keep those updates in place (HOT).
CREATE TABLE batches (
    batch_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id       bigint      NOT NULL REFERENCES jobs ON DELETE CASCADE,
    -- From 1; 0 stands for the job itself in blobs and outbox.
    batch_no     integer     NOT NULL CHECK (batch_no > 0),
    state        text        NOT NULL DEFAULT 'available'
                 CHECK (state IN ('available', 'running', 'retryable', 'completed', 'cancelled', 'discarded')),
    run_at       timestamptz NOT NULL DEFAULT now(),
    -- Claims since the batch was enqueued or last put back by hand, without those that a draining worker gave back.
    attempt      integer     NOT NULL DEFAULT 0,
    max_attempts integer     NOT NULL,
    -- Failed attempts in a row that stored no step.
    fruitless    integer     NOT NULL DEFAULT 0,
    -- The fencing token: grows at every claim and never shrinks.
    lease_epoch  bigint      NOT NULL DEFAULT 0,
    lease_owner  text,
    lease_until  timestamptz,
    started_at   timestamptz,
    finished_at  timestamptz,
    last_error   text,
    UNIQUE (job_id, batch_no),
    CHECK ((state = 'running') = (lease_owner IS NOT NULL AND lease_until IS NOT NULL))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);

CREATE INDEX batches_claimable ON batches (run_at, batch_id) WHERE state IN ('available', 'retryable');
CREATE INDEX batches_running ON batches (batch_id) WHERE state = 'running';
CREATE INDEX batches_unfinished ON batches (job_id) WHERE state IN ('available', 'running', 'retryable');

CREATE TABLE problems (
    problem_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id      bigint  NOT NULL REFERENCES jobs ON DELETE CASCADE,
    batch_id    bigint  NOT NULL REFERENCES batches ON DELETE CASCADE,
    -- Place in the dataset, from 0.
    ordinal     integer NOT NULL,
    custom_id   text    NOT NULL,
    question_id text    NOT NULL,
    question    text    NOT NULL,
    gold_answer text,
    UNIQUE (job_id, ordinal)
);

CREATE INDEX problems_by_batch ON problems (batch_id, ordinal);

-- One row per search that has stored something: the sums that progress reads instead of scanning nodes.
CREATE TABLE searches (
    problem_id     bigint PRIMARY KEY REFERENCES problems ON DELETE CASCADE,
    job_id         bigint           NOT NULL,
    -- Of the last checkpoint that stored a node.
    lease_epoch    bigint           NOT NULL,
    active_seconds double precision NOT NULL,
    node_count     integer          NOT NULL,
    sampled_tokens bigint           NOT NULL,
    -- Steps that an earlier holder of the lease had stored and that were sampled again all the same: 0, or there is a fault.
    repeated_steps integer          NOT NULL DEFAULT 0
) WITH (fillfactor = 70);

CREATE INDEX searches_by_job ON searches (job_id);

-- The checkpoints: append-only, one row per sampled and scored step, never updated.
CREATE TABLE nodes (
    problem_id       bigint      NOT NULL REFERENCES problems ON DELETE CASCADE,
    no               integer     NOT NULL CHECK (no > 0),
    parent_no        integer     NOT NULL CHECK (parent_no >= 0 AND parent_no < no),
    depth            integer     NOT NULL,
    child_index      integer     NOT NULL,
    -- NodeState by number.
    state            smallint    NOT NULL,
    score            double precision,
    sampled          integer     NOT NULL,
    policy_evaluated integer     NOT NULL,
    reward_evaluated integer     NOT NULL,
    -- Of the evaluated tokens, those that had been encoded before and were lost.
    policy_reencoded integer     NOT NULL DEFAULT 0,
    reward_reencoded integer     NOT NULL DEFAULT 0,
    -- The step's share of the decode calls it was in.
    policy_seconds   double precision NOT NULL DEFAULT 0,
    reward_seconds   double precision NOT NULL DEFAULT 0,
    lease_epoch      bigint      NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    tokens           integer[]   NOT NULL,
    text             text        NOT NULL,
    PRIMARY KEY (problem_id, no)
);

-- The primary key is the second barrier behind the fence: one committed result per problem.
CREATE TABLE answers (
    problem_id  bigint PRIMARY KEY REFERENCES problems ON DELETE CASCADE,
    job_id      bigint      NOT NULL,
    batch_id    bigint      NOT NULL,
    answer      text,
    correct     boolean,
    votes       jsonb       NOT NULL,
    candidates  jsonb       NOT NULL,
    error       text,
    -- The limit that ended the search early.
    ended_by    text,
    -- Grader.Version of whoever gave the verdict; null for an error.
    grader_version text,
    failed      boolean     NOT NULL GENERATED ALWAYS AS (error IS NOT NULL) STORED,
    lease_epoch bigint      NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX answers_by_job ON answers (job_id) INCLUDE (correct, failed);
CREATE INDEX answers_by_batch ON answers (batch_id);
CREATE INDEX answers_failed ON answers (job_id, created_at) WHERE failed;

CREATE TABLE usage (
    problem_id              bigint PRIMARY KEY REFERENCES problems ON DELETE CASCADE,
    job_id                  bigint           NOT NULL,
    batch_id                bigint           NOT NULL,
    policy_model            text             NOT NULL,
    policy_sha256           text             NOT NULL,
    policy_parameters       bigint           NOT NULL,
    policy_prompt_tokens    bigint           NOT NULL,
    policy_sampled_tokens   bigint           NOT NULL,
    policy_evaluated_tokens bigint           NOT NULL,
    policy_reencoded_tokens bigint           NOT NULL DEFAULT 0,
    -- Sampled (policy) or evaluated (reward) for steps that are in no finished solution.
    policy_discarded_tokens bigint           NOT NULL DEFAULT 0,
    policy_device_seconds   double precision NOT NULL DEFAULT 0,
    -- All null for a search without a reward model.
    reward_model            text,
    reward_sha256           text,
    reward_parameters       bigint,
    reward_prompt_tokens    bigint,
    reward_sampled_tokens   bigint,
    reward_evaluated_tokens bigint,
    reward_reencoded_tokens bigint,
    reward_discarded_tokens bigint,
    reward_device_seconds   double precision,
    policy_flops            double precision NOT NULL,
    total_flops             double precision NOT NULL,
    wall_seconds            double precision NOT NULL,
    nodes                   integer          NOT NULL,
    attempts                integer          NOT NULL,
    created_at              timestamptz      NOT NULL DEFAULT now()
);

CREATE INDEX usage_by_job ON usage (job_id);
CREATE INDEX usage_by_batch ON usage (batch_id);

-- Files that are due: written in the transaction that ends a batch or job, deleted in the one that records the files.
CREATE TABLE outbox (
    job_id      bigint      NOT NULL REFERENCES jobs ON DELETE CASCADE,
    -- 0: the job's summary.
    batch_no    integer     NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    due_at      timestamptz NOT NULL DEFAULT now(),
    -- Of the drainer that took the row until due_at.
    lease_token uuid,
    attempts    integer     NOT NULL DEFAULT 0,
    last_error  text,
    PRIMARY KEY (job_id, batch_no)
);

CREATE INDEX outbox_by_due ON outbox (due_at);

-- The canonical result files. A file that no row names is a leftover of an overtaken writer.
CREATE TABLE blobs (
    job_id     bigint      NOT NULL REFERENCES jobs ON DELETE CASCADE,
    -- 0: the job's summary.
    batch_no   integer     NOT NULL,
    kind       text        NOT NULL CHECK (kind IN ('answers', 'usage', 'summary')),
    name       text        NOT NULL,
    sha256     text        NOT NULL,
    bytes      bigint      NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (job_id, batch_no, kind)
);
