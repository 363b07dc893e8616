-- Control of a run: what an operator sets while it goes on, what only slowed the load, what the queue gave up.

ALTER TABLE migration.run
    -- Read by every worker before each chunk. NULL: no limit.
    ADD COLUMN most_workers      int CHECK (most_workers > 0),
    -- Ceilings on the source: sessions at work besides ours, the replicas' lag, the 95th percentile of a probe query.
    ADD COLUMN most_active       int CHECK (most_active >= 0),
    ADD COLUMN most_lag_millis   int CHECK (most_lag_millis >= 0),
    ADD COLUMN most_probe_millis int CHECK (most_probe_millis > 0),
    -- Why a worker that asked for a chunk was last sent away, and when.
    ADD COLUMN slow_reason       text,
    ADD COLUMN slow_at           timestamptz,
    -- No chunk of a cancelled run is given out until it is started again.
    ADD COLUMN cancelled_at      timestamptz,
    -- What was copied is removed; the next plan is a new one.
    ADD COLUMN discarded_at      timestamptz,
    -- The step after the last chunk could not be done: an operator must look.
    ADD COLUMN failure           text;

-- Indexes and references that only slow a load into empty tables: dropped in the transaction that wrote them down here, made
-- again after the last chunk. A row stays until what it names is there and valid.
CREATE TABLE migration.laid_aside (
    run_id      bigint NOT NULL REFERENCES migration.run,
    ordinal     int NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('INDEX', 'REFERENCE')),
    schema_name text NOT NULL,
    table_name  text NOT NULL,
    name        text NOT NULL,
    -- As the catalogue described it: pg_get_indexdef, pg_get_constraintdef.
    definition  text NOT NULL,
    laid_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, ordinal)
);

-- While the reference from classification is laid aside, what it does on a delete is done by this, once a statement.
CREATE FUNCTION migration.delete_classifications() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM public.classification c USING gone WHERE c.path_digest = gone.path_digest;
    RETURN NULL;
END $$;

-- Messages that will never be right, and those the queue gave up, with the reason.
CREATE TABLE migration.dead_letter (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue       text NOT NULL,
    message_id  text NOT NULL,
    body        text NOT NULL,
    reason      text NOT NULL,
    deliveries  int NOT NULL DEFAULT 1,
    first_at    timestamptz NOT NULL DEFAULT now(),
    last_at     timestamptz NOT NULL DEFAULT now(),
    redriven_at timestamptz,
    UNIQUE (queue, message_id)
);
