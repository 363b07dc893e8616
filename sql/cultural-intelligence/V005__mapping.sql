-- Mapping: what is made of the old rows beside their carried form, and which document said so.

-- A mapping document, frozen: what a run maps by. It is never changed; an edited one is another version.
CREATE TABLE migration.mapping (
    version         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- As the operator wrote it.
    document        text NOT NULL,
    -- SHA-256 over the document's bytes.
    digest          bytea NOT NULL CHECK (digest = sha256(convert_to(document, 'UTF8'))),
    origin          text NOT NULL CHECK (origin IN ('proposed', 'edited')),
    frozen_at       timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION migration.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a frozen mapping is never changed'
        USING HINT = 'Freeze another version: cratectl map freeze FILE';
END $$;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON migration.mapping
    FOR EACH STATEMENT EXECUTE FUNCTION migration.refuse_change();

-- The version a run maps by, and for each of its tables the part of the document that is about it.
ALTER TABLE migration.run ADD COLUMN mapping int REFERENCES migration.mapping;
ALTER TABLE migration.source_table ADD COLUMN mapped jsonb;
ALTER TABLE migration.source_table DROP CONSTRAINT source_table_mapping_check;
ALTER TABLE migration.source_table ADD CONSTRAINT source_table_mapping_check
    CHECK (mapping IN ('tracks', 'whole', 'none', 'artists', 'labels', 'genres', 'duplicates'));

-- Values that did not fit their typed field and stayed in the carried row alone, counted by reason.
CREATE TABLE migration.misfit (
    table_id        bigint NOT NULL REFERENCES migration.source_table,
    run_id          bigint NOT NULL,
    chunk_id        int NOT NULL,
    field           text NOT NULL,
    source          text NOT NULL,
    reason          text NOT NULL,
    row_count       bigint NOT NULL CHECK (row_count > 0),
    PRIMARY KEY (run_id, chunk_id, table_id, field, source, reason),
    FOREIGN KEY (run_id, chunk_id) REFERENCES migration.chunk
);

-- What an old row says of an artist or a label; one for each source row, numbered by its key.
CREATE TABLE public.profile_entry (
    id              uuid PRIMARY KEY,
    source_table    bigint NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('artist', 'label')),
    name            text NOT NULL,
    name_key        text NOT NULL,
    sort_name       text,
    aliases         text[],
    country         text,
    genre           text,
    subgenre        text
);
CREATE INDEX profile_entry_name ON public.profile_entry (kind, name_key);

-- A profile that came with the migration counts no validated track and so decides nothing until a person does.
ALTER TABLE public.artist_profile ADD COLUMN origin text NOT NULL DEFAULT 'learned'
    CHECK (origin IN ('learned', 'migrated'));
ALTER TABLE public.label_profile ADD COLUMN origin text NOT NULL DEFAULT 'learned'
    CHECK (origin IN ('learned', 'migrated'));

-- An old genre row is one entry of the taxonomy, numbered by its key; two rows of one name stay two.
ALTER TABLE public.genre DROP CONSTRAINT genre_parent_id_name_key;
ALTER TABLE public.genre
    ADD COLUMN entry uuid UNIQUE,
    ADD COLUMN source_table bigint,
    ADD COLUMN parent_entry uuid,
    ADD COLUMN parent_name text,
    -- The bundled taxonomy's name for it, where it knows one.
    ADD COLUMN canonical text;
CREATE UNIQUE INDEX genre_name ON public.genre (parent_id, name) NULLS NOT DISTINCT WHERE entry IS NULL;
CREATE INDEX genre_parent_entry ON public.genre (parent_entry) WHERE parent_entry IS NOT NULL;
CREATE INDEX genre_parent ON public.genre (parent_id) WHERE parent_id IS NOT NULL;

-- What an old row says of a redundant copy; one for each source row.
CREATE TABLE public.duplicate_entry (
    id              uuid PRIMARY KEY,
    source_table    bigint NOT NULL,
    group_key       text,
    sha256          bytea CHECK (octet_length(sha256) = 32),
    kept_path       text,
    kept_digest     uuid,
    spare_path      text,
    spare_digest    uuid,
    reason          text,
    similarity      numeric(16, 15) CHECK (similarity BETWEEN 0 AND 1)
);

-- The old groups: by their own number where they had one, else by the hash, else by the path kept.
CREATE VIEW public.migrated_duplicate_group AS
SELECT source_table,
       coalesce(group_key, encode(sha256, 'hex'), kept_path, spare_path) AS group_key,
       min(encode(sha256, 'hex')) AS sha256,
       min(kept_path) AS kept_path,
       array_agg(DISTINCT spare_path ORDER BY spare_path) FILTER (WHERE spare_path IS NOT NULL) AS spare_paths,
       count(*) AS entries
  FROM public.duplicate_entry
 GROUP BY source_table, coalesce(group_key, encode(sha256, 'hex'), kept_path, spare_path);
