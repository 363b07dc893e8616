-- The music: what the bytes are (content), where they lie (track), what is said of them
-- (classification, history kept), and what was asked of us (api_request).

-- One row per distinct file content. Half of a real library are byte-identical copies: their facts are here once.
create table content (
  sha256 bytea primary key check (octet_length(sha256) = 32),
  -- Null only while nothing but the hash is known: a row the migration brought.
  size_bytes bigint check (size_bytes >= 0),
  check (size_bytes is not null or facts_source = 'migrated'),
  -- SHA-256 over the audio frames without tags: a retagged copy has the same one.
  payload_sha256 bytea check (octet_length(payload_sha256) = 32),
  container text,
  codec text,
  duration_seconds double precision check (duration_seconds > 0),
  sample_rate integer check (sample_rate > 0),
  channels smallint check (channels > 0),
  bit_depth smallint check (bit_depth > 0),
  bitrate bigint check (bitrate > 0),
  lossless boolean,
  facts_source text not null check (facts_source in ('analysed', 'migrated', 'reanalysed', 'inferred')),
  -- The answer's metadata part as far as the bytes decide it: normalized, raw_tags, extraction_success, error.
  -- Null when the bytes were never read by us.
  metadata jsonb,
  first_seen timestamptz not null default now()
);
create index content_payload on content (payload_sha256) where payload_sha256 is not null;

-- One row per path, spelled as it was sent. See domain.library.PathKey for both digests.
create table track (
  id bigint generated always as identity primary key,
  -- First 16 bytes of SHA-256 over the UTF-8 bytes of the path as sent: two spellings are two rows.
  path_digest uuid not null unique,
  -- The same over the path's matching form: on Windows paths case and separators do not matter; elsewhere equal to path_digest.
  match_digest uuid not null,
  path text not null,
  folder text not null,
  file_name text not null,
  extension text not null,
  -- Lies in a folder called temp, trash, recycle, duplicates and the like: never the primary of its copies if another is not.
  misplaced boolean not null default false,
  size_bytes bigint check (size_bytes >= 0),
  modified timestamptz,
  content_sha256 bytea references content,
  origin text not null check (origin in ('analysed', 'migrated')),
  first_seen timestamptz not null default now(),
  last_seen timestamptz not null default now()
);
create index track_match on track (match_digest);
-- The copies of one content in the order of the primary rule: its first entry is the primary.
create index track_copies on track (content_sha256, misplaced, length(path), modified, id) include (match_digest)
  where content_sha256 is not null;

create table classification (
  id uuid primary key,
  path_digest uuid not null references track (path_digest) on delete cascade,
  -- The bytes that were looked at; null when none were (a migrated row).
  content_sha256 bytea references content,
  origin text not null check (origin in ('metacrate', 'analysis', 'human')),
  artist text,
  title text,
  mix_kind text,
  mix_text text,
  remixer text,
  label text,
  catalogue_number text,
  genre text,
  subgenre text,
  bpm numeric(6, 2) check (bpm > 0),
  musical_key text,
  confidence numeric(16, 15) check (confidence between 0 and 1),
  field_confidence jsonb,
  sources jsonb,
  needs_review boolean not null default false,
  human_validated boolean not null default false,
  -- The metadata of a row that came with none of our own reading.
  metadata jsonb,
  method text,
  decided_at timestamptz not null
);
create index classification_track on classification (path_digest);
-- One analysis per path and content, however many clients send the new file at once.
create unique index classification_analysis on classification (path_digest, content_sha256) where origin = 'analysis';
create index classification_content on classification (content_sha256) where content_sha256 is not null;

-- What validated rows taught: never learned from a guess.
create table artist_profile (
  id bigint generated always as identity primary key,
  artist text not null,
  artist_key text not null,
  genre text not null,
  subgenre text,
  validated_tracks bigint not null default 0 check (validated_tracks >= 0),
  updated timestamptz not null default now(),
  unique nulls not distinct (artist_key, genre, subgenre)
);
create table label_profile (
  id bigint generated always as identity primary key,
  label text not null,
  label_key text not null,
  genre text not null,
  subgenre text,
  validated_tracks bigint not null default 0 check (validated_tracks >= 0),
  updated timestamptz not null default now(),
  unique nulls not distinct (label_key, genre, subgenre)
);
create table pattern (
  id bigint generated always as identity primary key,
  kind text not null,
  pattern text not null,
  genre text,
  subgenre text,
  weight numeric(4, 3) not null check (weight between 0 and 1),
  unique nulls not distinct (kind, pattern, genre, subgenre)
);
create table genre (
  id bigint generated always as identity primary key,
  name text not null,
  parent_id bigint references genre,
  aliases text[] not null default '{}',
  bpm_low numeric(6, 2),
  bpm_high numeric(6, 2),
  check (bpm_low <= bpm_high),
  unique nulls not distinct (parent_id, name)
);

-- Everything an answer needs of one track, in one row. The current classification is derived, not flagged:
-- human before analysis before metacrate, then the newest, then the id. An analysis of other bytes than the
-- track's present ones is history.
create view track_answer as
select
  t.id as track_id, t.path_digest, t.match_digest, t.path, t.file_name, t.size_bytes, t.modified, t.origin as track_origin,
  t.content_sha256, c.payload_sha256,
  coalesce(c.metadata, k.metadata) as metadata,
  k.id as classification_id, k.origin, k.artist, k.title, k.mix_kind, k.mix_text, k.remixer, k.label, k.catalogue_number,
  k.genre, k.subgenre, k.bpm, k.musical_key, k.confidence, k.field_confidence, k.sources, k.needs_review,
  k.human_validated, k.method, k.decided_at,
  coalesce(d.copies, 1) as copies,
  d.copy_paths
from track t
left join content c on c.sha256 = t.content_sha256
left join lateral (
  select * from classification x
  where x.path_digest = t.path_digest
    and (x.origin <> 'analysis' or x.content_sha256 = t.content_sha256)
  order by case x.origin when 'human' then 0 when 'analysis' then 1 else 2 end, x.decided_at desc, x.id desc
  limit 1) k on true
left join lateral (
  select
    (select count(distinct o.match_digest) from track o where o.content_sha256 = t.content_sha256) as copies,
    array(select p.path from track p where p.content_sha256 = t.content_sha256
      order by p.misplaced, length(p.path), p.modified, p.id limit 100) as copy_paths
  ) d on t.content_sha256 is not null;

-- One analysis stored in one round trip, idempotent by path and content. Statements inside see each other and whatever
-- committed before them, so fifty callers with the same new file leave one track and read fifty equal rows.
create function record_analysis(
  p_path_digest uuid, p_match_digest uuid, p_path text, p_folder text, p_file_name text, p_extension text, p_misplaced boolean,
  p_size bigint, p_modified timestamptz,
  p_sha256 bytea, p_payload bytea, p_container text, p_codec text, p_duration double precision, p_sample_rate integer,
  p_channels integer, p_bit_depth integer, p_bitrate bigint, p_lossless boolean, p_metadata jsonb,
  p_classification uuid, p_artist text, p_title text, p_mix_kind text, p_mix_text text, p_remixer text, p_label text,
  p_catalogue text, p_genre text, p_subgenre text, p_bpm numeric, p_key text, p_confidence numeric, p_field_confidence jsonb,
  p_sources jsonb, p_needs_review boolean, p_method text, p_decided_at timestamptz)
returns setof track_answer
language plpgsql as $$
begin
  insert into content as c (sha256, size_bytes, payload_sha256, container, codec, duration_seconds, sample_rate, channels,
      bit_depth, bitrate, lossless, facts_source, metadata)
    values (p_sha256, p_size, p_payload, p_container, p_codec, p_duration, p_sample_rate, p_channels::smallint,
      p_bit_depth::smallint, p_bitrate, p_lossless, 'analysed', p_metadata)
  -- A content the migration brought is filled by the first reading; one already read stays as it was answered.
  on conflict (sha256) do update set size_bytes = excluded.size_bytes, payload_sha256 = excluded.payload_sha256, container = excluded.container,
      codec = excluded.codec, duration_seconds = excluded.duration_seconds, sample_rate = excluded.sample_rate,
      channels = excluded.channels, bit_depth = excluded.bit_depth, bitrate = excluded.bitrate,
      lossless = excluded.lossless, facts_source = 'reanalysed', metadata = excluded.metadata
    where c.metadata is null;

  insert into track as t (path_digest, match_digest, path, folder, file_name, extension, misplaced, size_bytes, modified,
      content_sha256, origin)
    values (p_path_digest, p_match_digest, p_path, p_folder, p_file_name, p_extension, p_misplaced, p_size, p_modified,
      p_sha256, 'analysed')
  on conflict (path_digest) do update set size_bytes = excluded.size_bytes, modified = excluded.modified,
      content_sha256 = excluded.content_sha256, last_seen = now();

  insert into classification (id, path_digest, content_sha256, origin, artist, title, mix_kind, mix_text, remixer, label,
      catalogue_number, genre, subgenre, bpm, musical_key, confidence, field_confidence, sources, needs_review, method,
      decided_at)
    values (p_classification, p_path_digest, p_sha256, 'analysis', p_artist, p_title, p_mix_kind, p_mix_text, p_remixer,
      p_label, p_catalogue, p_genre, p_subgenre, p_bpm, p_key, p_confidence, p_field_confidence, p_sources, p_needs_review,
      p_method, p_decided_at)
  on conflict (path_digest, content_sha256) where origin = 'analysis' do nothing;

  return query select * from track_answer a where a.path_digest = p_path_digest;
end $$;

-- The request log: one partition a day, dropped whole when it is old; and its sums by day, so that no figure needs a scan of it.
create table api_request (
  at timestamptz not null,
  route text not null,
  status smallint not null,
  outcome text not null check (outcome in ('cached', 'analysed', 'error', 'other')),
  code text,
  took_micros bigint not null,
  items integer not null default 1
) partition by range (at);
create index api_request_at on api_request (at);

create table api_request_day (
  day date not null,
  route text not null,
  outcome text not null,
  requests bigint not null,
  items bigint not null,
  took_micros bigint not null,
  since timestamptz not null,
  primary key (day, route, outcome)
);

-- Makes the partitions of a day (UTC) and the next, and drops those older than the days to keep. Owned by the schema's owner,
-- so the service itself needs no right to create or drop tables.
create function maintain_api_request(p_day date, p_keep_days integer) returns void
language plpgsql security definer set search_path = public, pg_temp set client_min_messages = warning as $$
declare
  d date;
  r record;
begin
  if p_keep_days < 1 then
    raise exception 'keep at least one day of the request log, not %', p_keep_days;
  end if;
  perform pg_advisory_xact_lock(hashtext('maintain_api_request'));
  for d in select p_day + n from generate_series(0, 1) n loop
    execute format(
      'create table if not exists %I partition of api_request for values from (%L) to (%L)',
      'api_request_' || to_char(d, 'YYYYMMDD'), d::text || ' 00:00:00+00', (d + 1)::text || ' 00:00:00+00');
  end loop;
  for r in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.api_request'::regclass and c.relname ~ '^api_request_[0-9]{8}$'
      and to_date(right(c.relname, 8), 'YYYYMMDD') < p_day - p_keep_days
  loop
    execute format('drop table %I', r.relname);
  end loop;
  delete from api_request_day where day < p_day - 400;
end $$;
