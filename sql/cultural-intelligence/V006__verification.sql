-- Verification: kinds of difference of their own, what waits, what was counted, repairs, file checks, evidence.

ALTER TABLE migration.difference DROP CONSTRAINT difference_kind_check;
ALTER TABLE migration.difference ADD CONSTRAINT difference_kind_check CHECK (kind IN
    ('MISSING', 'ROGUE', 'CHANGED', 'DOUBLED', 'RESIDUE', 'PROVENANCE', 'QUARANTINE', 'TYPED_VALUE', 'TYPED_ROW',
     'CONSERVATION'));
ALTER TABLE migration.difference ADD COLUMN verdict text NOT NULL DEFAULT 'MIGRATION_FAULT'
    CHECK (verdict IN ('MIGRATION_FAULT', 'SOURCE_WRONG', 'FILE_CHANGED', 'FILE_MISSING', 'EQUIVALENT'));

-- Rows that could not be compared: their newest change still waits in the outbox. NULL: never compared.
ALTER TABLE migration.chunk ADD COLUMN waiting_rows bigint;
-- What a comparison of the whole table counted in the databases themselves, not in this ledger.
ALTER TABLE migration.source_table
    ADD COLUMN counted_source bigint,
    ADD COLUMN counted_migrated bigint,
    ADD COLUMN counted_quarantined bigint,
    ADD COLUMN counted_at timestamptz,
    -- Tier 1: the newest scan of bucket sums over both sides.
    ADD COLUMN scanned_at timestamptz,
    ADD COLUMN scan_result text CHECK (scan_result IN ('EQUAL', 'DIFFERS', 'WAITING')),
    ADD COLUMN scan_buckets int,
    ADD COLUMN scan_buckets_differ int,
    ADD COLUMN scan_rows_fetched bigint,
    ADD COLUMN scan_seconds double precision;
ALTER TABLE migration.difference ADD COLUMN found_by text NOT NULL DEFAULT 'ROWS'
    CHECK (found_by IN ('ROWS', 'BUCKETS'));

-- A comparison older than this proves nothing any more; a new one is asked for by the schedule.
ALTER TABLE migration.run
    ADD COLUMN stale_after interval NOT NULL DEFAULT '24 hours' CHECK (stale_after > interval '0');

-- What was wrong with a key, what was done about it, and what a comparison said afterwards.
CREATE TABLE migration.repair (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id          bigint NOT NULL REFERENCES migration.run,
    table_id        bigint NOT NULL REFERENCES migration.source_table,
    key             text[] NOT NULL,
    -- The differences of this key as they were found.
    was             jsonb NOT NULL,
    state           text NOT NULL DEFAULT 'ASKED'
                    CHECK (state IN ('ASKED', 'SENT', 'EQUAL', 'DIFFERS', 'WAITING', 'LEFT')),
    -- What was done, or why nothing was, in a sentence.
    done            text NOT NULL,
    overwrite_validated boolean NOT NULL DEFAULT false,
    asked_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at      timestamptz
);
CREATE INDEX repair_by_run ON migration.repair (run_id, id DESC);

-- The file as witness: one check is a set of files that were asked for, and what became of each.
CREATE TABLE migration.file_check (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id          bigint NOT NULL REFERENCES migration.run,
    -- The job whose readings answer; NULL until it is asked for.
    job_id          bigint,
    seed            bigint NOT NULL,
    population      bigint NOT NULL,
    asked_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at      timestamptz
);
CREATE TABLE migration.file_witness (
    check_id        bigint NOT NULL REFERENCES migration.file_check ON DELETE CASCADE,
    path_digest     uuid NOT NULL,
    path            text NOT NULL,
    -- Behind a row that differs, or drawn at random; a drawn file's weight is one over its chance to be drawn.
    reason          text NOT NULL CHECK (reason IN ('DIFFERS', 'SAMPLE')),
    stratum         text NOT NULL,
    weight          double precision NOT NULL CHECK (weight > 0),
    outcome         text CHECK (outcome IN ('AGREES', 'DISAGREES', 'CHANGED', 'MISSING', 'UNREADABLE')),
    says            text,
    PRIMARY KEY (check_id, path_digest)
);

-- One bundle a finished comparison; its digest is over its own text without the digest.
CREATE TABLE migration.evidence (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id          bigint NOT NULL REFERENCES migration.run,
    digest          text NOT NULL,
    bundle          text NOT NULL,
    made_at         timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX evidence_by_run ON migration.evidence (run_id, id DESC);
