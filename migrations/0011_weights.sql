-- Which weights a job's steps come from. Null until somebody saw the model's file: who enqueues the job, or the first worker. From then on
-- the value stays, and no step of other weights is stored.
ALTER TABLE jobs
    ADD policy_sha256 text,
    ADD reward_sha256 text;

-- A job that has results goes on with the weights of those. A reward model's hash may now include its head, and that of a split model is now
-- of all its parts: there the first worker's counts.
UPDATE jobs j SET policy_sha256 = u.sha256
FROM (SELECT job_id, min(policy_sha256) AS sha256 FROM usage WHERE policy_sha256 <> ''
      GROUP BY job_id HAVING count(DISTINCT policy_sha256) = 1) u
WHERE u.job_id = j.job_id AND j.spec ->> 'policy' !~ '-[0-9]{5}-of-[0-9]{5}[.]gguf';

-- What attempts ran on, each once: a thousand attempts share a row.
CREATE TABLE environments (
    environment_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Of the content, as the worker wrote it.
    sha256         text        NOT NULL UNIQUE,
    policy_sha256  text        NOT NULL,
    reward_sha256  text,
    content        jsonb       NOT NULL,
    first_used_at  timestamptz NOT NULL DEFAULT now()
);

-- The attempt is a claim, by its epoch. A worker says what it runs on before its first checkpoint.
CREATE TABLE attempt_environments (
    batch_id       bigint NOT NULL REFERENCES batches ON DELETE CASCADE,
    lease_epoch    bigint NOT NULL,
    environment_id bigint NOT NULL REFERENCES environments,
    PRIMARY KEY (batch_id, lease_epoch)
);

-- Those of the attempts that stored the search's steps; null for results that are older than this script.
ALTER TABLE usage ADD environment_ids bigint[];

-- In what the cells' machines differ from those of the baseline, a line each. What was judged before it was known stays as it is.
ALTER TABLE schedule_runs ADD differences text[];
