package culturalintelligence.persistence.capture;

import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.persistence.carried.CarriedTable;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What makes a compatibility view writable, and captures what is written there: on the carried
 * table a gate before each statement and a capture after it, and on a view over two tables the
 * triggers that write them both.
 *
 * <p>All of it stands only while the new side is the master, or on its way there; the gate stays,
 * because a view over one table can be written without any trigger.
 */
public final class BackCapture {
  private static final String GATE = "ci_gate";
  private static final String VIEW = "ci_view";

  private BackCapture() {}

  /**
   * Makes the view writable, inside the caller's transaction.
   *
   * @param defaults the old columns' defaults, as expressions
   * @return what could not be taken over, for people
   */
  public static List<String> install(
      Connection target, PlannedTable table, Map<String, String> defaults) throws SQLException {
    remove(target, table);
    CarriedTable carried = table.carried();
    List<String> left = new ArrayList<>();
    try (Statement statement = target.createStatement()) {
      statement.execute(CaptureSql.functions(table.source(), table.id(), false));
      statement.execute(CaptureSql.triggers(carried.table(), table.id(), false, false));
      gate(target, table);
      statement.execute(
          """
          CREATE TRIGGER ci_uncount AFTER DELETE ON %s REFERENCING OLD TABLE AS ci_old
            FOR EACH STATEMENT EXECUTE FUNCTION migration.uncount(%d)
          """
              .formatted(carried.table(), table.id()));
      statement.execute(
          "ALTER TABLE %s ALTER \"ci:chunk\" SET DEFAULT 0".formatted(carried.table()));
      if (carried.mapping() instanceof Mapping.Tracks tracks) {
        statement.execute(viewFunction(table, tracks));
        statement.execute(
            "CREATE TRIGGER %s INSTEAD OF INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION %s()"
                .formatted(VIEW, carried.view(), function(table)));
      }
      for (Map.Entry<String, String> entry : defaults.entrySet()) {
        Savepoint before = target.setSavepoint();
        try {
          statement.execute(
              "ALTER VIEW %s ALTER %s SET DEFAULT %s"
                  .formatted(carried.view(), Sql.identifier(entry.getKey()), entry.getValue()));
        } catch (SQLException e) {
          target.rollback(before);
          left.add(
              "column %s: its default %s doesn't exist here"
                  .formatted(entry.getKey(), entry.getValue()));
        }
        target.releaseSavepoint(before);
      }
    }
    return left;
  }

  /** Refuses whoever writes the view while the new side is not the master. */
  public static void gate(Connection target, PlannedTable table) throws SQLException {
    try (Statement statement = target.createStatement()) {
      statement.execute(
          """
          CREATE OR REPLACE TRIGGER %1$s BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %2$s
            FOR EACH STATEMENT EXECUTE FUNCTION migration.require_master(%3$d);
          ALTER TABLE %2$s ENABLE ALWAYS TRIGGER %1$s
          """
              .formatted(GATE, table.carried().table(), table.id()));
    }
  }

  /** Takes it away, but for the gate, which then refuses everybody. */
  public static void remove(Connection target, PlannedTable table) throws SQLException {
    CarriedTable carried = table.carried();
    try (Statement statement = target.createStatement()) {
      statement.execute(CaptureSql.untrigger(carried.table()));
      statement.execute(
          "DROP TRIGGER IF EXISTS ci_uncount ON %s; DROP TRIGGER IF EXISTS %s ON %s; DROP FUNCTION IF EXISTS %s()"
              .formatted(carried.table(), VIEW, carried.view(), function(table)));
      for (SourceColumn column : table.source().columns()) {
        statement.execute(
            "ALTER VIEW %s ALTER %s DROP DEFAULT"
                .formatted(carried.view(), Sql.identifier(column.name())));
      }
    }
  }

  private static String function(PlannedTable table) {
    return "ci_capture.t%d_view".formatted(table.id());
  }

  /**
   * Writes the carried row and, where it is new, a track that knows its path and no more: the next
   * drain gives it the rest. An update or a delete first waits for the row and then looks whether
   * it still is what its statement saw, because a view's triggers get no second look of the
   * server's: rather refused than lost.
   */
  private static String viewFunction(PlannedTable table, Mapping.Tracks tracks) {
    CarriedTable carried = table.carried();
    List<String> kept =
        table.source().columns().stream()
            .map(SourceColumn::name)
            .filter(name -> !name.equals(tracks.path()))
            .map(Sql::identifier)
            .toList();
    String path = Sql.identifier(tracks.path());
    return """
        CREATE FUNCTION %1$s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $ci$
        DECLARE
          digest uuid;
          was text;
        BEGIN
          PERFORM migration.require_master(%2$d);
          IF TG_OP <> 'INSERT' THEN
            SELECT ROW(%3$s, c."ci:track")::text INTO was FROM %4$s c WHERE %5$s FOR UPDATE;
            IF NOT FOUND THEN
              RETURN NULL;
            END IF;
            IF was IS DISTINCT FROM ROW(%6$s, encode(substring(sha256(convert_to(OLD.%7$s::text, 'UTF8')) FOR 16), 'hex')::uuid)::text THEN
              RAISE EXCEPTION 'the row was changed meanwhile' USING ERRCODE = 'serialization_failure', HINT = 'try again';
            END IF;
          END IF;
          IF TG_OP = 'DELETE' THEN
            DELETE FROM %4$s c WHERE %5$s;
            -- A track this view made that no drain has seen yet: none would find it any more.
            DELETE FROM public.track t
             WHERE t.path_digest = encode(substring(sha256(convert_to(OLD.%7$s::text, 'UTF8')) FOR 16), 'hex')::uuid
               AND t.origin = 'migrated' AND t.content_sha256 IS NULL AND t.folder = '' AND t.file_name = t.path
               AND NOT EXISTS (SELECT FROM public.classification k WHERE k.path_digest = t.path_digest)
               AND NOT EXISTS (SELECT FROM %4$s c WHERE c."ci:track" = t.path_digest);
            RETURN OLD;
          END IF;
          IF NEW.%7$s IS NULL THEN
            RAISE EXCEPTION 'a track needs its path' USING ERRCODE = 'not_null_violation';
          END IF;
          digest := encode(substring(sha256(convert_to(NEW.%7$s::text, 'UTF8')) FOR 16), 'hex')::uuid;
          INSERT INTO public.track (path_digest, match_digest, path, folder, file_name, extension, origin)
          VALUES (digest, digest, NEW.%7$s, '', NEW.%7$s, '', 'migrated') ON CONFLICT (path_digest) DO NOTHING;
          IF TG_OP = 'INSERT' THEN
            INSERT INTO %4$s (%8$s, "ci:track", "ci:chunk") VALUES (%9$s, digest, 0);
          ELSE
            UPDATE %4$s c SET (%8$s, "ci:track") = ROW(%9$s, digest) WHERE %5$s;
            DELETE FROM public.track t
             WHERE t.path_digest = encode(substring(sha256(convert_to(OLD.%7$s::text, 'UTF8')) FOR 16), 'hex')::uuid
               AND t.origin = 'migrated' AND t.content_sha256 IS NULL AND t.folder = '' AND t.file_name = t.path
               AND NOT EXISTS (SELECT FROM public.classification k WHERE k.path_digest = t.path_digest)
               AND NOT EXISTS (SELECT FROM %4$s c WHERE c."ci:track" = t.path_digest);
          END IF;
          RETURN NEW;
        END $ci$
        """
        .formatted(
            function(table),
            table.id(),
            listed(kept, "c."),
            carried.table(),
            table.source().key().stream()
                .map(Sql::identifier)
                .map(key -> "c.%s = OLD.%s".formatted(key, key))
                .collect(Collectors.joining(" AND ")),
            listed(kept, "OLD."),
            path,
            String.join(", ", kept),
            listed(kept, "NEW."));
  }

  private static String listed(List<String> columns, String before) {
    return columns.stream().map(column -> before + column).collect(Collectors.joining(", "));
  }
}
