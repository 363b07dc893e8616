-- The digest of the audio without its tags was called payload_sha256, and is none: it is SHA-256 over the CRC-32C of each
-- 4 KB of audio (decision 0031). It says which contents are related and never that two are identical, so its name says
-- what it is and not how strong one would like it to be.
alter table content rename column payload_sha256 to payload_digest;
alter view track_answer rename column payload_sha256 to payload_digest;
comment on column content.payload_digest is
  'CRC-32C tree over the audio without tags: SHA-256 over the big-endian CRC-32C of each 4096 bytes and the length. Equal: related recordings. Not proof against forgery.';

-- A function's body is text, which a rename does not follow.
do $$
declare f record;
begin
  for f in
    select pg_get_functiondef(p.oid) as definition
    from pg_proc p
    where p.pronamespace = current_schema()::regnamespace and p.prokind = 'f'
      and p.prosrc ~ '\mpayload_sha256\M'
  loop
    execute regexp_replace(f.definition, '\mpayload_sha256\M', 'payload_digest', 'g');
  end loop;
end $$;
