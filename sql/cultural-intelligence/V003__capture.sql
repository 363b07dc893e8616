-- Changes of the source while a run goes: what is captured there, and what is to be applied again here.

-- Keys to be applied again that stand in no outbox: a repair, or a table whose every row is to be looked at.
-- Not unique: a drain that has read a row's state may still be about to take its own entry away.
CREATE TABLE migration.redo (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_id        bigint NOT NULL REFERENCES migration.source_table,
    -- The key columns' texts; NULL for every row of the table.
    key             text[],
    reason          text NOT NULL,
    at              timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX redo_by_table ON migration.redo (table_id);

-- The capture that belongs to a run. One source feeds one target: both hold the same token.
CREATE TABLE migration.capture (
    run_id          bigint PRIMARY KEY REFERENCES migration.run,
    token           uuid NOT NULL,
    installed_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- When a drain last came to the outbox's end.
    drained_at      timestamptz,
    -- What waited in the outbox when somebody last looked.
    looked_at       timestamptz,
    waiting         bigint,
    oldest_at       timestamptz
);

-- A source table as it was when its triggers were made: every drain and every copy looks whether it still is.
CREATE TABLE migration.captured_table (
    table_id        bigint PRIMARY KEY REFERENCES migration.source_table,
    shape           jsonb NOT NULL,
    captured_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Why a run was stopped by itself, and what to do; taken away by that.
CREATE TABLE migration.stop (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id          bigint NOT NULL REFERENCES migration.run,
    table_id        bigint REFERENCES migration.source_table,
    reason          text NOT NULL,
    next_step       text NOT NULL,
    at              timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX stop_once ON migration.stop (run_id, table_id, reason) NULLS NOT DISTINCT;

-- A drained row leaves quarantine when it was mended at the source.
CREATE INDEX quarantine_by_table ON migration.quarantine (table_id);
