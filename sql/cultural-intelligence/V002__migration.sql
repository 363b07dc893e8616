-- The ledger of the migration, and the homes of the carried rows.

CREATE SCHEMA migration;
-- One table per source table: what the typed music tables do not carry exactly, in the source's own types.
CREATE SCHEMA carried;
-- The compatibility views: the old tables' names, columns, types and values.
CREATE SCHEMA metacrate;

COMMENT ON SCHEMA migration IS 'The ledger of the migration: the truth about its progress';
COMMENT ON SCHEMA carried IS 'The residue of migrated rows, one table per source table; holds personal data as found';
COMMENT ON SCHEMA metacrate IS 'Compatibility views: MetaCrate''s tables rebuilt from this database';

-- A plan over one source database, and its run.
CREATE TABLE migration.run (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The source's address without credentials, and what identifies that database on its server.
    source          text NOT NULL,
    mapping_version int NOT NULL,
    chunk_rows      int NOT NULL CHECK (chunk_rows > 0),
    paused          boolean NOT NULL DEFAULT false,
    planned_at      timestamptz NOT NULL DEFAULT now(),
    started_at      timestamptz,
    -- The newest comparison asked for: a check counts only if it began after this.
    verify_asked_at timestamptz
);

CREATE TABLE migration.source_table (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id          bigint NOT NULL REFERENCES migration.run,
    schema_name     text NOT NULL,
    table_name      text NOT NULL,
    -- The name below "carried" and "metacrate".
    carried_name    text NOT NULL,
    -- The table as the catalogue described it when it was planned.
    description     jsonb NOT NULL,
    mapping         text NOT NULL CHECK (mapping IN ('tracks', 'whole', 'none')),
    verdict         text NOT NULL CHECK (verdict IN ('READY', 'READY_WITH_CHANGES', 'CANNOT')),
    reasons         text[] NOT NULL DEFAULT '{}',
    -- Counted in the snapshot of the plan; NULL where the table is not carried.
    planned_rows    bigint,
    -- The comparison of what no chunk can see: rows the plan does not account for, conservation.
    checked_at      timestamptz,
    check_result    text CHECK (check_result IN ('EQUAL', 'DIFFERS')),
    UNIQUE (run_id, schema_name, table_name),
    UNIQUE (run_id, carried_name)
);

CREATE TABLE migration.chunk (
    run_id          bigint NOT NULL REFERENCES migration.run,
    id              int NOT NULL CHECK (id > 0),
    table_id        bigint NOT NULL REFERENCES migration.source_table,
    -- key > after AND key <= up_to, in the source's order; NULL is open.
    after           text[],
    up_to           text[],
    state           text NOT NULL DEFAULT 'PENDING'
                    CHECK (state IN ('PENDING', 'CLAIMED', 'COPIED', 'VERIFIED', 'MISMATCH', 'FAILED')),
    failures        int NOT NULL DEFAULT 0,
    failure         text,
    migrated_rows   bigint,
    quarantined_rows bigint,
    bytes           bigint,
    copied_at       timestamptz,
    checked_at      timestamptz,
    checked_rows    bigint,
    PRIMARY KEY (run_id, id),
    CHECK ((state IN ('COPIED', 'VERIFIED', 'MISMATCH')) = (copied_at IS NOT NULL))
);
CREATE INDEX chunk_by_table ON migration.chunk (table_id);

-- One worker's try at one chunk. The row is the fence: a writer that can't lock it RUNNING writes nothing.
CREATE TABLE migration.attempt (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id          bigint NOT NULL,
    chunk_id        int NOT NULL,
    state           text NOT NULL DEFAULT 'RUNNING' CHECK (state IN ('RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    worker          text NOT NULL,
    started_at      timestamptz NOT NULL DEFAULT now(),
    lease_until     timestamptz NOT NULL,
    ended_at        timestamptz,
    FOREIGN KEY (run_id, chunk_id) REFERENCES migration.chunk
);
-- The invariant of the protocol: one running attempt a chunk.
CREATE UNIQUE INDEX attempt_running ON migration.attempt (run_id, chunk_id) WHERE state = 'RUNNING';

-- A row that could not be carried: its whole content, and the rule it broke.
CREATE TABLE migration.quarantine (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_id        bigint NOT NULL REFERENCES migration.source_table,
    run_id          bigint NOT NULL,
    chunk_id        int NOT NULL,
    -- The key as text; NULL for a row of a table without one.
    key             text[],
    -- The row as COPY writes it, byte for byte: it may hold what text can't.
    content         bytea NOT NULL,
    sql_state       text NOT NULL,
    reason          text NOT NULL,
    since           timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (run_id, chunk_id) REFERENCES migration.chunk
);
CREATE INDEX quarantine_by_chunk ON migration.quarantine (run_id, chunk_id);

-- What the newest comparison found. A chunk's rows are replaced whole when it is compared again.
CREATE TABLE migration.difference (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_id        bigint NOT NULL REFERENCES migration.source_table,
    run_id          bigint NOT NULL,
    -- NULL: found by the comparison of the whole table.
    chunk_id        int,
    kind            text NOT NULL CHECK (kind IN
                    ('MISSING', 'ROGUE', 'CHANGED', 'DOUBLED', 'TYPED_VALUE', 'TYPED_ROW', 'CONSERVATION')),
    key             text[],
    column_name     text,
    -- Where in the column's JSON, and in what way.
    json_path       text,
    how             text,
    source_value    text,
    target_value    text,
    found_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX difference_by_chunk ON migration.difference (run_id, table_id, chunk_id);
