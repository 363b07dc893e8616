-- ${name}: one function for each event, run with the rights of whoever installed it. What a drain writes is captured
-- on neither side; what other triggers, and cascades, make of it is.
CREATE OR REPLACE FUNCTION ${insert}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $ci$
BEGIN
  IF current_setting('ci_capture.origin', true) IS NOT DISTINCT FROM 'drain' AND pg_trigger_depth() = 1 THEN
    RETURN NULL;
  END IF;
  INSERT INTO ci_capture.outbox (table_schema, table_name, key, op) ${insert_keys};
  RETURN NULL;
END $ci$;
CREATE OR REPLACE FUNCTION ${update}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $ci$
BEGIN
  IF current_setting('ci_capture.origin', true) IS NOT DISTINCT FROM 'drain' AND pg_trigger_depth() = 1 THEN
    RETURN NULL;
  END IF;
  INSERT INTO ci_capture.outbox (table_schema, table_name, key, op) ${update_keys};
  RETURN NULL;
END $ci$;
CREATE OR REPLACE FUNCTION ${delete}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $ci$
BEGIN
  IF current_setting('ci_capture.origin', true) IS NOT DISTINCT FROM 'drain' AND pg_trigger_depth() = 1 THEN
    RETURN NULL;
  END IF;
  INSERT INTO ci_capture.outbox (table_schema, table_name, key, op) ${delete_keys};
  RETURN NULL;
END $ci$;
CREATE OR REPLACE FUNCTION ${truncate}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER ${settings} AS $ci$
BEGIN
  IF current_setting('ci_capture.origin', true) IS NOT DISTINCT FROM 'drain' AND pg_trigger_depth() = 1 THEN
    RETURN NULL;
  END IF;
  INSERT INTO ci_capture.outbox (table_schema, table_name, key, op) VALUES (${schema_literal}, ${table_literal}, NULL, 'T');
  RETURN NULL;
END $ci$;
REVOKE ALL ON FUNCTION ${insert}(), ${update}(), ${delete}(), ${truncate}() FROM PUBLIC;
