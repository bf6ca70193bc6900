-- Whom to tell what a schedule's gate says.
CREATE TABLE notification_targets (
    target_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule_id bigint      NOT NULL REFERENCES schedules ON DELETE CASCADE,
    -- A secret: whoever has it may post there. No view shows it.
    url         text        NOT NULL,
    form        text        NOT NULL CHECK (form IN ('webhook', 'slack', 'teams')),
    notify_on   text        NOT NULL CHECK (notify_on IN ('any', 'not_pass')),
    -- Runs that finished before are not told.
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (schedule_id, url)
);

-- The outbox of notifications. A row comes with the verdict, in one transaction, and stays: it is what makes a run be told once.
CREATE TABLE notifications (
    -- The receiver sees it with every attempt, and can drop a repeat.
    notification_id uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    target_id       bigint      NOT NULL REFERENCES notification_targets ON DELETE CASCADE,
    -- What is told once: a run by its sweep, or a due time whose run has not finished.
    subject         text        NOT NULL,
    answer          text        NOT NULL,
    -- A GateVerdict; null when nobody needs it any more.
    verdict         jsonb,
    created_at      timestamptz NOT NULL DEFAULT now(),
    -- Of the next attempt, and the end of the lease too; null: delivered or given up.
    due_at          timestamptz DEFAULT now(),
    lease_token     uuid,
    -- Counted when a row is taken.
    attempts        integer     NOT NULL DEFAULT 0,
    last_error      text,
    delivered_at    timestamptz,
    given_up_at     timestamptz,
    UNIQUE (target_id, subject)
);

CREATE INDEX notifications_due ON notifications (due_at) WHERE due_at IS NOT NULL;
