package culturalintelligence.persistence.ledger;

import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.postgres.TargetDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What only slows a load into empty tables: indexes that no rule needs, and references between rows
 * that one transaction writes together. They are dropped before the first chunk and made again
 * after the last one, which costs an eighth of keeping them up row by row.
 *
 * <p>The invariant: whatever is missing is written down. Dropping and writing down are one
 * transaction; the note goes only after the thing is there again and valid. So a kill at any
 * statement leaves either all of it there or a list to go on from, and doing it twice does nothing.
 *
 * <p>Primary keys and unique constraints stay: the copy's own rules rest on them.
 */
public final class LaidAside {
  private static final Logger LOG = Logger.getLogger(LaidAside.class);

  /** Below that many rows nothing is won. */
  public static final long LEAST_ROWS = 50_000;

  /** "ci-laid-aside"; one step after the last chunk at a time, in the whole database. */
  private static final long LOCK = 0x63692d6c61696441L;

  private static final int PATIENCE_SECONDS = 3;
  private static final int TRIES = 20;

  /**
   * Indexes of the typed tables that neither a copy nor a drain nor a comparison looks things up
   * by; those of the carried tables' tracks they do.
   */
  private static final String INDEXES =
      """
      SELECT n.nspname, t.relname, i.relname, pg_get_indexdef(i.oid)
        FROM pg_index x
        JOIN pg_class i ON i.oid = x.indexrelid
        JOIN pg_class t ON t.oid = x.indrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace
       WHERE NOT x.indisunique AND x.indisvalid
         AND x.indrelid IN ('public.track'::regclass, 'public.classification'::regclass)
       ORDER BY n.nspname, i.relname
      """;

  /** References that migrated rows have. Those to rows no migration writes cost nothing. */
  private static final String REFERENCES =
      """
      SELECT 'public', t.relname, c.conname, pg_get_constraintdef(c.oid)
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
       WHERE c.contype = 'f' AND c.convalidated
         AND c.conrelid IN ('public.track'::regclass, 'public.classification'::regclass)
         AND ARRAY(SELECT a.attname::text FROM unnest(c.conkey) k
                     JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k)
             = CASE t.relname WHEN 'track' THEN ARRAY['content_sha256'] ELSE ARRAY['path_digest'] END
       ORDER BY t.relname
      """;

  private record Thing(String kind, String schema, String table, String name, String definition) {
    String qualifiedTable() {
      return Sql.qualified(schema, table);
    }
  }

  private LaidAside() {}

  /**
   * Lays aside what slows the run's load, in the caller's transaction, where the typed tables are
   * empty and enough rows are to come. Where another session holds one of the tables for long, or
   * the tables are not ours, it is left as it is.
   */
  static void layAside(Connection connection, long run, long leastRows) throws SQLException {
    if (!worthwhile(connection, run, leastRows)) {
      return;
    }
    Savepoint before = connection.setSavepoint();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL lock_timeout = '%ds'".formatted(PATIENCE_SECONDS));
      // In one order everywhere, and empty under the lock: nobody's rows go unchecked.
      statement.execute(
          "LOCK TABLE public.content, public.track, public.classification IN ACCESS EXCLUSIVE MODE");
      if (!typedTablesAreEmpty(connection)) {
        connection.rollback(before);
        return;
      }
      List<Thing> things = new ArrayList<>(found(connection, "REFERENCE", REFERENCES));
      things.addAll(found(connection, "INDEX", INDEXES));
      int ordinal = 1;
      for (Thing thing : things) {
        note(connection, run, ordinal++, thing);
        statement.execute(dropOf(thing));
        if (isClassificationsTrack(thing)) {
          statement.execute(
              """
              CREATE TRIGGER "ci:delete_classifications" AFTER DELETE ON public.track
                REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
                EXECUTE FUNCTION migration.delete_classifications()
              """);
        }
      }
      statement.execute("SET LOCAL lock_timeout = DEFAULT");
      connection.releaseSavepoint(before);
    } catch (SQLException e) {
      connection.rollback(before);
      LOG.warnf("the target's indexes are kept up during the load: %s", e.getMessage());
    }
  }

  private static String dropOf(Thing thing) {
    return thing.kind().equals("INDEX")
        ? "DROP INDEX " + Sql.qualified(thing.schema(), thing.name())
        : "ALTER TABLE %s DROP CONSTRAINT %s"
            .formatted(thing.qualifiedTable(), Sql.identifier(thing.name()));
  }

  private static boolean isClassificationsTrack(Thing thing) {
    return thing.kind().equals("REFERENCE") && thing.table().equals("classification");
  }

  private static boolean worthwhile(Connection connection, long run, long leastRows)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT coalesce(sum(s.planned_rows), 0) >= ?
                   AND NOT EXISTS (SELECT FROM migration.laid_aside)
                   AND NOT EXISTS (SELECT FROM migration.attempt WHERE run_id = ?)
              FROM migration.source_table s
             WHERE s.run_id = ? AND s.mapping = 'tracks'
            HAVING count(*) > 0
            """)) {
      select.setLong(1, leastRows);
      select.setLong(2, run);
      select.setLong(3, run);
      try (ResultSet row = select.executeQuery()) {
        return row.next() && row.getBoolean(1) && typedTablesAreEmpty(connection);
      }
    }
  }

  private static boolean typedTablesAreEmpty(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT NOT EXISTS (SELECT FROM public.content) AND NOT EXISTS (SELECT FROM public.track)
                       AND NOT EXISTS (SELECT FROM public.classification)
                """)) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private static List<Thing> found(Connection connection, String kind, String sql)
      throws SQLException {
    List<Thing> things = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          things.add(
              new Thing(
                  kind, row.getString(1), row.getString(2), row.getString(3), row.getString(4)));
        }
      }
    }
    return things;
  }

  private static void note(Connection connection, long run, int ordinal, Thing thing)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO migration.laid_aside
                   (run_id, ordinal, kind, schema_name, table_name, name, definition)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """)) {
      insert.setLong(1, run);
      insert.setInt(2, ordinal);
      insert.setString(3, thing.kind());
      insert.setString(4, thing.schema());
      insert.setString(5, thing.table());
      insert.setString(6, thing.name());
      insert.setString(7, thing.definition());
      insert.executeUpdate();
    }
  }

  /** Whether something of the run is still to be made again. */
  static boolean isPending(Connection connection, long run) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT EXISTS (SELECT FROM migration.laid_aside WHERE run_id = ?)")) {
      select.setLong(1, run);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /**
   * Whether tracks may be written before their contents. While the reference between them is laid
   * aside they are; the contents are made from the tracks at once before it is put back, which
   * costs a quarter, and no two workers wait for each other at a hash they share.
   */
  public static boolean contentsComeLater(Connection writing, long run) throws SQLException {
    try (PreparedStatement select =
        writing.prepareStatement(
            """
            SELECT EXISTS (SELECT FROM migration.laid_aside
                            WHERE run_id = ? AND kind = 'REFERENCE' AND table_name = 'track')
            """)) {
      select.setLong(1, run);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  private static void makeContents(Statement statement) throws SQLException {
    statement.execute(
        """
        INSERT INTO public.content (sha256, facts_source)
        SELECT DISTINCT t.content_sha256, 'migrated' FROM public.track t
         WHERE t.content_sha256 IS NOT NULL
           AND NOT EXISTS (SELECT FROM public.content c WHERE c.sha256 = t.content_sha256)
         ORDER BY t.content_sha256
            ON CONFLICT (sha256) DO NOTHING
        """);
  }

  /** What came of putting back. */
  public enum PutBack {
    DONE,
    /** Chunks are still to be copied. */
    TOO_EARLY,
    /** Another worker is at it. */
    ELSEWHERE
  }

  /**
   * Makes again what was laid aside, one thing after the other; the service goes on writing
   * meanwhile. A reference is first made for new rows and then proven for the old ones: rows that
   * break it stop the run with the server's sentence.
   *
   * @param evenIfUnfinished when no more chunks are to come, whatever the ledger says
   */
  public static PutBack putBack(TargetDatabase target, long run, boolean evenIfUnfinished)
      throws SQLException {
    try (Connection connection = target.open();
        Statement statement = connection.createStatement()) {
      if (!lock(statement)) {
        return PutBack.ELSEWHERE;
      }
      if (!evenIfUnfinished && !everyChunkIsCopied(connection, run)) {
        return PutBack.TOO_EARLY;
      }
      statement.execute("SET maintenance_work_mem = '256MB'");
      statement.execute("SET lock_timeout = '%ds'".formatted(PATIENCE_SECONDS));
      try {
        if (contentsComeLater(connection, run)) {
          statement.execute("SET work_mem = '64MB'");
          makeContents(statement);
        }
        // Indexes first: a reference is proven, and kept, by way of them.
        for (Noted noted : noted(connection, run)) {
          if (noted.thing().kind().equals("INDEX")) {
            makeIndex(connection, noted.thing());
          } else {
            makeReference(connection, noted.thing());
          }
          forget(connection, run, noted.ordinal());
        }
        fail(connection, run, null);
      } catch (SQLException e) {
        fail(
            connection,
            run,
            "what was laid aside for the load can't be put back: " + e.getMessage());
        throw e;
      }
      return PutBack.DONE;
    }
  }

  /** For the session: it ends with the connection, so a killed worker leaves no lock. */
  private static boolean lock(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery("SELECT pg_try_advisory_lock(%d)".formatted(LOCK))) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private record Noted(int ordinal, Thing thing) {}

  private static List<Noted> noted(Connection connection, long run) throws SQLException {
    List<Noted> noted = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT ordinal, kind, schema_name, table_name, name, definition
              FROM migration.laid_aside WHERE run_id = ? ORDER BY kind, ordinal
            """)) {
      select.setLong(1, run);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          noted.add(
              new Noted(
                  row.getInt(1),
                  new Thing(
                      row.getString(2),
                      row.getString(3),
                      row.getString(4),
                      row.getString(5),
                      row.getString(6))));
        }
      }
    }
    return noted;
  }

  /** A build that was killed leaves an index that is not valid: that one is made anew. */
  private static void makeIndex(Connection connection, Thing thing) throws SQLException {
    Boolean valid =
        state(
            connection,
            "SELECT x.indisvalid FROM pg_index x WHERE x.indexrelid = to_regclass(?)",
            Sql.qualified(thing.schema(), thing.name()));
    if (Boolean.TRUE.equals(valid)) {
      return;
    }
    if (valid != null) {
      patiently(
          connection,
          "DROP INDEX CONCURRENTLY IF EXISTS " + Sql.qualified(thing.schema(), thing.name()));
    }
    patiently(
        connection,
        thing.definition().replaceFirst("^CREATE INDEX ", "CREATE INDEX CONCURRENTLY "));
  }

  private static void makeReference(Connection connection, Thing thing) throws SQLException {
    String name = Sql.identifier(thing.name());
    Boolean valid =
        state(
            connection,
            """
            SELECT convalidated FROM pg_constraint
             WHERE conrelid = to_regclass(?) AND contype = 'f' AND conname = %s
            """
                .formatted(Sql.literal(thing.name())),
            thing.qualifiedTable());
    if (valid == null) {
      // One simple query is one transaction: there is no moment with neither, nor with both.
      patiently(
          connection,
          "ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID"
                  .formatted(thing.qualifiedTable(), name, thing.definition())
              + (isClassificationsTrack(thing)
                  ? "; DROP TRIGGER IF EXISTS \"ci:delete_classifications\" ON public.track"
                  : ""));
    }
    if (!Boolean.TRUE.equals(valid)) {
      patiently(
          connection,
          "ALTER TABLE %s VALIDATE CONSTRAINT %s".formatted(thing.qualifiedTable(), name));
    }
  }

  /**
   * A statement that waits for a lock makes others wait behind it: it gives way and tries again.
   */
  private static void patiently(Connection connection, String sql) throws SQLException {
    for (int tries = 1; ; tries++) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(sql);
        return;
      } catch (SQLException e) {
        if (!"55P03".equals(e.getSQLState()) || tries == TRIES) {
          throw e;
        }
        LOG.infof("waiting for a lock (%d of %d): %s", tries, TRIES, sql);
        dropLeftover(connection, sql);
      }
    }
  }

  /** A concurrent build that timed out has left its index behind, not valid. */
  private static void dropLeftover(Connection connection, String sql) throws SQLException {
    if (!sql.startsWith("CREATE INDEX CONCURRENTLY ")) {
      return;
    }
    List<String> leftovers = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT format('%I.%I', n.nspname, i.relname)
                  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
                  JOIN pg_namespace n ON n.oid = i.relnamespace
                  JOIN migration.laid_aside a ON a.schema_name = n.nspname AND a.name = i.relname
                 WHERE NOT x.indisvalid
                """)) {
      while (row.next()) {
        leftovers.add(row.getString(1));
      }
    }
    try (Statement statement = connection.createStatement()) {
      for (String leftover : leftovers) {
        statement.execute("DROP INDEX " + leftover);
      }
    }
  }

  private static @Nullable Boolean state(Connection connection, String sql, String name)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, name);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getBoolean(1) : null;
      }
    }
  }

  private static void forget(Connection connection, long run, int ordinal) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM migration.laid_aside WHERE run_id = ? AND ordinal = ?")) {
      delete.setLong(1, run);
      delete.setInt(2, ordinal);
      delete.executeUpdate();
    }
  }

  private static void fail(Connection connection, long run, @Nullable String reason)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE migration.run SET failure = ? WHERE id = ?")) {
      update.setString(1, reason == null ? null : reason.replace("\0", ""));
      update.setLong(2, run);
      update.executeUpdate();
    }
  }

  static boolean everyChunkIsCopied(Connection connection, long run) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT NOT EXISTS (SELECT FROM migration.chunk WHERE run_id = ? AND copied_at IS NULL)")) {
      select.setLong(1, run);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
