-- The switch: which side of a table answers and which is written, and the keys that have to go back.

-- One row a table decides; what is not here is OLD.
CREATE TABLE migration.phase (
    table_id        bigint PRIMARY KEY REFERENCES migration.source_table,
    phase           text NOT NULL DEFAULT 'OLD'
                    CHECK (phase IN ('OLD', 'SHADOW', 'READ_NEW', 'WRITE_NEW', 'RETIRED', 'DROPPED')),
    epoch           bigint NOT NULL DEFAULT 1,
    -- The transition under way; its steps are repeatable, and each looks whether it was done.
    towards         text CHECK (towards IN ('OLD', 'SHADOW', 'READ_NEW', 'WRITE_NEW', 'RETIRED', 'DROPPED')),
    towards_since   timestamptz,
    guard           text NOT NULL DEFAULT 'REJECT' CHECK (guard IN ('REJECT', 'FORWARD')),
    changed_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- What RETIRED takes from the old table and gives back: its rights, and the name it lies under meanwhile.
    retired_name    text,
    retired_rights  text[],
    retired_at      timestamptz,
    -- The server's counters of accesses when it was retired: more than these is somebody who still needs it.
    retired_accesses bigint,
    archive         text,
    archive_sha256  text,
    CHECK ((towards IS NULL) = (towards_since IS NULL))
);

CREATE TABLE migration.phase_change (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_id        bigint NOT NULL REFERENCES migration.source_table,
    from_phase      text NOT NULL,
    to_phase        text NOT NULL,
    epoch           bigint NOT NULL,
    by_whom         text NOT NULL,
    -- What the gates saw.
    gates           jsonb NOT NULL DEFAULT '[]',
    -- For how long neither side took writes.
    pause_ms        bigint,
    at              timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX phase_change_by_table ON migration.phase_change (table_id, id);

-- Keys changed here while the new side is the master: the source's outbox once more, with the roles swapped. Tables are named as the
-- source names them.
CREATE SCHEMA ci_capture;
CREATE TABLE ci_capture.outbox (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_schema    text NOT NULL,
    table_name      text NOT NULL,
    key             text[],
    op              "char" NOT NULL CHECK (op IN ('I', 'U', 'D', 'T')),
    at              timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
CREATE INDEX outbox_by_table ON ci_capture.outbox (table_schema, table_name, id);

-- Rows in quarantine that an operator accepted by name: a switch may leave them behind.
CREATE TABLE migration.accepted_quarantine (
    table_id        bigint NOT NULL REFERENCES migration.source_table,
    key             text[] NOT NULL,
    by_whom         text NOT NULL,
    at              timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (table_id, key)
);

-- SHADOW: what both sides answered to the same question, by table and day, and some of what differed.
CREATE TABLE migration.shadow_day (
    table_id        bigint NOT NULL REFERENCES migration.source_table,
    day             date NOT NULL,
    asked           bigint NOT NULL DEFAULT 0,
    equal           bigint NOT NULL DEFAULT 0,
    differed        bigint NOT NULL DEFAULT 0,
    failed          bigint NOT NULL DEFAULT 0,
    old_micros      bigint NOT NULL DEFAULT 0,
    new_micros      bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (table_id, day)
);
CREATE TABLE migration.shadow_sample (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_id        bigint NOT NULL REFERENCES migration.source_table,
    path            text NOT NULL,
    field           text NOT NULL,
    old_value       text,
    new_value       text,
    at              timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX shadow_sample_by_table ON migration.shadow_sample (table_id, id);

-- Latencies of look-ups by phase, in powers of two of a microsecond; and the databases' sizes at each change of phase.
CREATE TABLE migration.lookup_latency (
    phase           text NOT NULL,
    day             date NOT NULL,
    bucket          smallint NOT NULL CHECK (bucket BETWEEN 0 AND 40),
    lookups         bigint NOT NULL,
    PRIMARY KEY (phase, day, bucket)
);
CREATE TABLE migration.database_size (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    side            text NOT NULL CHECK (side IN ('SOURCE', 'TARGET')),
    occasion        text NOT NULL,
    bytes           bigint NOT NULL,
    at              timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- SELECT * FROM metacrate_tracks WHERE file_path = … over the view: equality only, whatever the path's length.
CREATE INDEX track_path ON track USING hash (path);

-- The view writers' gate. The first lock makes a transition wait for writers at work, and later writers wait for it, in the order of
-- their coming; the second refuses a writer whose snapshot is older than the phase it reads.
CREATE FUNCTION migration.require_master(p_table bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  now_in text;
BEGIN
  -- A drain only repeats what was written elsewhere.
  IF current_setting('ci_capture.origin', true) IS NOT DISTINCT FROM 'drain' THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock_shared(3102, p_table::int);
  SELECT p.phase INTO now_in FROM migration.phase p WHERE p.table_id = p_table FOR SHARE;
  IF now_in IS NULL OR now_in NOT IN ('WRITE_NEW', 'RETIRED', 'DROPPED') THEN
    RAISE EXCEPTION 'this table is written in the old database: its phase is %', coalesce(now_in, 'OLD')
      USING ERRCODE = 'read_only_sql_transaction', HINT = 'cratectl phase shows where each table is written';
  END IF;
END $$;

CREATE FUNCTION migration.require_master() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    RAISE EXCEPTION 'a table that flows back into the old database can''t be truncated'
      USING ERRCODE = 'feature_not_supported', HINT = 'DELETE says which rows go';
  END IF;
  PERFORM migration.require_master(TG_ARGV[0]::bigint);
  RETURN NULL;
END $$;

-- Rows that view writers deleted are still in their chunks' counts; the next drain of the table takes them off.
CREATE TABLE migration.uncounted (
    table_id        bigint NOT NULL REFERENCES migration.source_table,
    chunk_id        int NOT NULL,
    rows            bigint NOT NULL
);

CREATE FUNCTION migration.uncount() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF current_setting('ci_capture.origin', true) IS DISTINCT FROM 'drain' THEN
    INSERT INTO migration.uncounted (table_id, chunk_id, rows)
    SELECT TG_ARGV[0]::bigint, o."ci:chunk", count(*) FROM ci_old o WHERE o."ci:chunk" > 0 GROUP BY 2;
  END IF;
  RETURN NULL;
END $$;

-- The caller has the table's drain lock, under which alone counts change.
CREATE FUNCTION migration.count_off(p_table bigint) RETURNS void LANGUAGE sql AS $$
  WITH gone AS (DELETE FROM migration.uncounted WHERE table_id = p_table RETURNING chunk_id, rows),
       sums AS (SELECT chunk_id, sum(rows) AS rows FROM gone GROUP BY chunk_id)
  UPDATE migration.chunk c SET migrated_rows = c.migrated_rows - s.rows FROM sums s
   WHERE c.table_id = p_table AND c.id = s.chunk_id
$$;

-- For a forward drain: where the new side is the master, keeps its writers out until the transaction ends, and says so.
CREATE FUNCTION migration.hold_writers(p_table bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM migration.phase p WHERE p.table_id = p_table
                  AND (p.phase IN ('WRITE_NEW', 'RETIRED', 'DROPPED') OR p.towards IS NOT NULL)) THEN
    RETURN false;
  END IF;
  PERFORM pg_advisory_xact_lock(3102, p_table::int);
  RETURN true;
END $$;
