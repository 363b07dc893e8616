-- Takes away what install.sql made, in MetaCrate's database: names lead to MetaCrate's own tables again, for every new session.
DO $bridge$
DECLARE
  earlier text;
  extension text;
BEGIN
  SELECT obj_description(n.oid, 'pg_namespace') INTO earlier FROM pg_namespace n WHERE n.nspname = 'cultural_intelligence';
  SELECT obj_description(s.oid, 'pg_foreign_server') INTO extension FROM pg_foreign_server s WHERE s.srvname = 'cultural_intelligence';
  IF EXISTS (SELECT FROM pg_db_role_setting s, unnest(s.setconfig) c
              WHERE s.setdatabase = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()) AND s.setrole = 0
                AND c LIKE 'search_path=cultural_intelligence,%') THEN
    IF earlier LIKE 'search_path was _%' THEN
      EXECUTE format('ALTER DATABASE %I SET search_path = %s', current_database(), substr(earlier, length('search_path was ') + 1));
    ELSE
      EXECUTE format('ALTER DATABASE %I RESET search_path', current_database());
    END IF;
  END IF;
  DROP SCHEMA IF EXISTS cultural_intelligence CASCADE;
  DROP SERVER IF EXISTS cultural_intelligence CASCADE;
  -- Only if it came with the bridge, and nobody uses it meanwhile.
  IF extension LIKE '%made the extension' AND NOT EXISTS (
      SELECT FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw WHERE w.fdwname = 'postgres_fdw') THEN
    DROP EXTENSION IF EXISTS postgres_fdw;
  END IF;
END
$bridge$;
