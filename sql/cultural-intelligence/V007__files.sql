-- Many files worked through: a folder scanned, facts of migrated tracks filled, files read as witnesses.

CREATE SCHEMA analysis_job;
COMMENT ON SCHEMA analysis_job IS 'Jobs over many files: what was asked, how far it is, what the files said';

CREATE TABLE analysis_job.job (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    purpose         text NOT NULL CHECK (purpose IN ('SCAN', 'FILL', 'WITNESS')),
    -- The folder as the operator gave it; a fill and a witness have none.
    root            text,
    CHECK ((purpose = 'SCAN') = (root IS NOT NULL)),
    -- Read files too whose size and time did not change.
    forced          boolean NOT NULL DEFAULT false,
    state           text NOT NULL CHECK (state IN ('WALKING', 'QUEUED', 'DONE', 'CANCELLED', 'FAILED')),
    failure         text,
    -- After which entry the walk goes on; what is written here, the walker knows. NULL: from the beginning.
    walk_position   text,
    -- The walker's fence: whoever carries an older number writes nothing.
    walk_attempt    int NOT NULL DEFAULT 0,
    walk_lease_until timestamptz,
    batches         int NOT NULL DEFAULT 0,
    batches_done    int NOT NULL DEFAULT 0 CHECK (batches_done <= batches),
    -- Of the walk: folders entered, files met, of these unchanged or plainly not to be read.
    folders         bigint NOT NULL DEFAULT 0,
    found           bigint NOT NULL DEFAULT 0,
    known           bigint NOT NULL DEFAULT 0,
    skipped         bigint NOT NULL DEFAULT 0,
    queued          bigint NOT NULL DEFAULT 0,
    -- Of the files queued, those settled.
    settled         bigint NOT NULL DEFAULT 0 CHECK (settled <= queued),
    bytes           bigint NOT NULL DEFAULT 0,
    -- Rows of reading, which are bounded for a scan and a fill.
    listed          bigint NOT NULL DEFAULT 0,
    -- Two marks some time apart: the rate between the older and now is the rate of late.
    rate_at         timestamptz,
    rate_settled    bigint NOT NULL DEFAULT 0,
    rate_next_at    timestamptz,
    rate_next_settled bigint NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now(),
    walked_at       timestamptz,
    finished_at     timestamptz,
    CHECK ((state IN ('DONE', 'CANCELLED', 'FAILED')) = (finished_at IS NOT NULL))
);
-- One unfinished scan a folder, one unfinished fill: asking again goes on with it.
CREATE UNIQUE INDEX job_unfinished ON analysis_job.job (purpose, coalesce(root, ''))
  WHERE state IN ('WALKING', 'QUEUED') AND purpose <> 'WITNESS';

CREATE TABLE analysis_job.batch (
    job_id          bigint NOT NULL REFERENCES analysis_job.job ON DELETE CASCADE,
    number          int NOT NULL CHECK (number > 0),
    state           text NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING', 'CLAIMED', 'DONE')),
    files           int NOT NULL CHECK (files > 0),
    -- NULL once they are done: a job of ten million files must not leave their paths behind.
    paths           text[],
    -- Beside each path, for jobs over tracks.
    track_ids       bigint[],
    -- How many of them are settled, from the first on.
    settled         int NOT NULL DEFAULT 0 CHECK (settled <= files),
    -- The fence, as the walker's.
    attempt         int NOT NULL DEFAULT 0,
    -- Claims since something was last settled: a file that takes its reader down does so each time.
    fruitless       int NOT NULL DEFAULT 0,
    lease_until     timestamptz,
    -- When its message was last handed to the queue. NULL: never.
    sent_at         timestamptz,
    PRIMARY KEY (job_id, number),
    CHECK ((state = 'DONE') = (paths IS NULL)),
    CHECK (state <> 'DONE' OR settled = files)
);
CREATE INDEX batch_unsent ON analysis_job.batch (job_id, number) WHERE sent_at IS NULL;
CREATE INDEX batch_open ON analysis_job.batch (job_id, number) WHERE state <> 'DONE';

-- How the files of a job came out.
CREATE TABLE analysis_job.tally (
    job_id          bigint NOT NULL REFERENCES analysis_job.job ON DELETE CASCADE,
    outcome         text NOT NULL,
    -- The failure's code; empty where nothing failed.
    code            text NOT NULL DEFAULT '',
    files           bigint NOT NULL,
    PRIMARY KEY (job_id, outcome, code)
);

-- What single files said. Of a witness every file; of a scan and a fill only those that could not be read, the first
-- ten thousand of them.
CREATE TABLE analysis_job.reading (
    job_id          bigint NOT NULL REFERENCES analysis_job.job ON DELETE CASCADE,
    -- 0: met by the walk itself, which could not hand it on.
    batch           int NOT NULL,
    ordinal         bigint NOT NULL,
    path            text NOT NULL,
    track_id        bigint,
    outcome         text NOT NULL,
    code            text,
    reason          text,
    size_bytes      bigint,
    modified        timestamptz,
    sha256          bytea,
    payload_digest  bytea,
    container       text,
    codec           text,
    duration_ms     bigint,
    bitrate         bigint,
    sample_rate     integer,
    channels        integer,
    bit_depth       integer,
    lossless        boolean,
    -- What file and name say of the music, without anything learned from other tracks.
    artist          text,
    title           text,
    mix             text,
    label           text,
    catalogue_number text,
    genre           text,
    subgenre        text,
    bpm             numeric(6, 2),
    musical_key     text,
    -- The answer's metadata part: the tags by their common names and as they stand in the file.
    metadata        jsonb,
    read_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (job_id, batch, ordinal)
);

-- Files that were opened and are no audio: not opened again while size and time stay.
CREATE TABLE analysis_job.other_file (
    path_digest     uuid PRIMARY KEY,
    size_bytes      bigint NOT NULL,
    modified        timestamptz NOT NULL,
    seen_at         timestamptz NOT NULL DEFAULT now()
);

-- Provenance of single columns: those that the migrated row lacked and that were then read from the file.
ALTER TABLE public.content ADD COLUMN reanalysed text[] NOT NULL DEFAULT '{}';
ALTER TABLE public.track ADD COLUMN reanalysed text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN public.content.reanalysed IS 'Columns that the migrated row lacked and a reading of the file filled';
COMMENT ON COLUMN public.track.reanalysed IS 'Columns that the migrated row lacked and a reading of the file filled';

-- Where each fact of a track comes from: migrated, reanalysed, analysed, inferred or absent.
CREATE VIEW public.track_provenance AS
SELECT t.id AS track_id, t.path_digest,
       CASE WHEN t.content_sha256 IS NULL THEN 'absent'
            WHEN 'content_sha256' = ANY (t.reanalysed) THEN 'reanalysed'
            WHEN t.origin = 'migrated' AND (c.facts_source = 'migrated' OR t.reanalysed <> '{}') THEN 'migrated'
            ELSE c.facts_source END AS hash_source,
       CASE WHEN t.size_bytes IS NULL THEN 'absent'
            WHEN 'size_bytes' = ANY (t.reanalysed) THEN 'reanalysed'
            WHEN t.origin = 'migrated' AND (t.modified IS NULL OR t.reanalysed <> '{}') THEN 'migrated'
            ELSE 'analysed' END AS size_source,
       CASE WHEN c.duration_seconds IS NULL THEN 'absent'
            WHEN 'duration_seconds' = ANY (c.reanalysed) THEN 'reanalysed'
            WHEN c.reanalysed <> '{}' THEN 'migrated'
            ELSE c.facts_source END AS duration_source
  FROM public.track t LEFT JOIN public.content c ON c.sha256 = t.content_sha256;
