-- Run in MetaCrate's database by a role that owns the tables. Everything of ours is in this one schema; ${role} reads it.
CREATE SCHEMA IF NOT EXISTS ci_capture;
COMMENT ON SCHEMA ci_capture IS 'Keys of changed rows, for the move to Cultural Intelligence; removed by "cratectl uncapture"';
CREATE TABLE IF NOT EXISTS ci_capture.outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  table_schema text NOT NULL,
  table_name text NOT NULL,
  key text[],
  op "char" NOT NULL CHECK (op IN ('I', 'U', 'D', 'T')),
  at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
CREATE TABLE IF NOT EXISTS ci_capture.installation (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  token uuid NOT NULL
);
REVOKE ALL ON SCHEMA ci_capture FROM PUBLIC;
GRANT USAGE ON SCHEMA ci_capture TO ${role};
GRANT SELECT, UPDATE, DELETE ON ci_capture.outbox TO ${role};
GRANT SELECT ON ci_capture.installation TO ${role};
INSERT INTO ci_capture.installation (token) VALUES (${token}) ON CONFLICT (one) DO NOTHING;
