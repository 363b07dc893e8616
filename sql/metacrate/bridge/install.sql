-- For MetaCrate's database, when its tables are answered by the Cultural Intelligence database: foreign tables under the old names, with
-- the old columns and types, over the compatibility views there. Nothing of MetaCrate's own is changed. Undo: undo.sql.
--
-- While the old tables are still there (their columns are read from the catalogue), in one session, as a superuser or the database's owner
-- with the right to create extensions and servers:
--
--   SET bridge.host = 'ci.example';  SET bridge.port = '5432';  SET bridge.dbname = 'cultural_intelligence';
--   SET bridge.username = 'metacrate';   SET bridge.password = '…';
--   SET bridge.tables = 'public.metacrate_tracks, public.artists';
--   SET bridge.redirect = 'off';     -- on: unqualified names lead to the new side for every new session of this database
--   \i install.sql
--
-- Run again, it makes everything anew. Tables of one name in two schemas can't be served both.
DO $bridge$
DECLARE
  name text;
  old regclass;
  relation text;
  columns text;
  extension boolean := EXISTS (SELECT FROM pg_extension WHERE extname = 'postgres_fdw');
  earlier text;
  setting text;
BEGIN
  FOREACH setting IN ARRAY ARRAY['host', 'port', 'dbname', 'username', 'tables'] LOOP
    IF coalesce(current_setting('bridge.' || setting, true), '') = '' THEN
      RAISE EXCEPTION 'bridge.% is not set', setting USING HINT = format('SET bridge.%s = ''…'' in this session, then run this again', setting);
    END IF;
  END LOOP;
  -- What was made before says what was there before that.
  SELECT coalesce(obj_description(s.oid, 'pg_foreign_server'), '') INTO earlier FROM pg_foreign_server s WHERE s.srvname = 'cultural_intelligence';
  IF earlier LIKE '%made the extension%' THEN
    extension := false;
  END IF;
  SELECT coalesce(obj_description(n.oid, 'pg_namespace'), '') INTO earlier FROM pg_namespace n WHERE n.nspname = 'cultural_intelligence';
  DROP SCHEMA IF EXISTS cultural_intelligence CASCADE;
  DROP SERVER IF EXISTS cultural_intelligence CASCADE;
  CREATE EXTENSION IF NOT EXISTS postgres_fdw;
  EXECUTE format('CREATE SERVER cultural_intelligence FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host %L, port %L, dbname %L, fetch_size ''1000'')',
                 current_setting('bridge.host'), current_setting('bridge.port'), current_setting('bridge.dbname'));
  EXECUTE format('COMMENT ON SERVER cultural_intelligence IS %L',
                 'The Cultural Intelligence database; the bridge ' || CASE WHEN extension THEN 'found' ELSE 'made' END || ' the extension');
  EXECUTE format('CREATE USER MAPPING FOR PUBLIC SERVER cultural_intelligence OPTIONS (user %L, password %L)',
                 current_setting('bridge.username'), coalesce(current_setting('bridge.password', true), ''));
  CREATE SCHEMA cultural_intelligence;
  GRANT USAGE ON SCHEMA cultural_intelligence TO PUBLIC;
  FOREACH name IN ARRAY regexp_split_to_array(btrim(current_setting('bridge.tables')), '\s*,\s*') LOOP
    old := to_regclass(name);
    IF old IS NULL THEN
      RAISE EXCEPTION 'there is no table % here, so its columns are not known', name
        USING HINT = 'run this before the table is retired, or after a rollback';
    END IF;
    SELECT c.relname INTO relation FROM pg_class c WHERE c.oid = old;
    SELECT string_agg(format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END), ', ' ORDER BY a.attnum)
      INTO columns FROM pg_attribute a WHERE a.attrelid = old AND a.attnum > 0 AND NOT a.attisdropped;
    EXECUTE format('CREATE FOREIGN TABLE cultural_intelligence.%I (%s) SERVER cultural_intelligence OPTIONS (schema_name ''metacrate'', table_name %L)',
                   relation, columns, relation);
    EXECUTE format('COMMENT ON FOREIGN TABLE cultural_intelligence.%I IS %L', relation,
                   format('The rows of %s, answered by the Cultural Intelligence database. Files are asked for by its API: POST /api/v3.2/file/analyze', name));
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON cultural_intelligence.%I TO PUBLIC', relation);
  END LOOP;
  IF earlier IS NULL OR earlier NOT LIKE 'search_path was %' THEN
    earlier := 'search_path was ' || coalesce(
      (SELECT substr(c, length('search_path=') + 1) FROM pg_db_role_setting s, unnest(s.setconfig) c
        WHERE s.setdatabase = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()) AND s.setrole = 0 AND c LIKE 'search_path=%'), '');
  END IF;
  EXECUTE format('COMMENT ON SCHEMA cultural_intelligence IS %L', earlier);
  IF current_setting('bridge.redirect', true) = 'on' THEN
    EXECUTE format('ALTER DATABASE %I SET search_path = cultural_intelligence, "$user", public', current_database());
  END IF;
END
$bridge$;
