-- What the schedule's gate tolerates: the policy file as JSON; null: the defaults. It stays as it was read, so that a key that an older
-- version does not know is not lost.
ALTER TABLE schedules ADD gate jsonb;

ALTER TABLE schedule_runs
    -- What the gate says of the run; null: not judged by a gate yet. A run that an older version judged has only the columns before, and is
    -- judged again. That a run is stale is decided when somebody asks, and never stored.
    ADD answer text CHECK (answer IN ('pass', 'warn', 'inconclusive', 'incomparable', 'block')),
    -- The whole verdict, with its cells; null like the answer.
    ADD verdict jsonb;
