package culturalintelligence.localdev.chaos;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.ChunkQueue;
import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.migration.ChunkCopy;
import culturalintelligence.persistence.capture.CaptureInstaller;
import culturalintelligence.persistence.capture.Drain;
import culturalintelligence.persistence.capture.StateDrain;
import culturalintelligence.persistence.ledger.ChunkLedger;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.StopLedger;
import culturalintelligence.persistence.postgres.Database;
import culturalintelligence.persistence.postgres.DatabaseAddress;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A server with a small MetaCrate database and its target, in which one history after the other is
 * played: planned and captured once, put back to the beginning each time.
 */
final class Lab implements AutoCloseable {
  private static final String SOURCE =
      """
      CREATE TABLE metacrate_tracks (
        id int PRIMARY KEY, file_path text NOT NULL, metacrate_classification jsonb,
        extraction_metadata jsonb);
      CREATE TABLE music_log (line text);
      """;

  private static final String ROWS =
      """
      DELETE FROM public.metacrate_tracks;
      DELETE FROM public.music_log;
      INSERT INTO public.metacrate_tracks
        SELECT g, 'X:\\Music\\' || (g - g % 2), jsonb_build_object('artist', 'A' || g, 'genre', 'House'),
               jsonb_build_object('file_hash', md5((g % 3)::text) || md5((g % 3)::text))
          FROM generate_series(1, 6) g;
      INSERT INTO public.music_log SELECT 'line ' || g % 3 FROM generate_series(1, 5) g;
      DELETE FROM ci_capture.outbox;
      """;

  private static final List<String> FILLED =
      List.of(
          "carried.metacrate_tracks",
          "carried.music_log",
          "public.classification",
          "public.track",
          "public.content",
          "migration.difference",
          "migration.quarantine",
          "migration.redo",
          "migration.attempt",
          "migration.stop");

  /**
   * Deleting a handful of rows leaves every session's plans as they are, which truncating does not.
   */
  private static final String EMPTIED =
      FILLED.stream().map("DELETE FROM %s;\n"::formatted).collect(Collectors.joining());

  private static final String SWEPT =
      "TRUNCATE public.metacrate_tracks, public.music_log, ci_capture.outbox";

  private static final String BEGINNING =
      """
      UPDATE migration.run SET paused = false;
      UPDATE migration.chunk SET state = 'PENDING', failures = 0, failure = NULL,
             migrated_rows = NULL, quarantined_rows = NULL, bytes = NULL, copied_at = NULL,
             checked_at = NULL;
      """;

  /** Histories after which what was deleted is swept out: nothing else vacuums here. */
  private static final int SWEEP_EVERY = 100;

  private final EmbeddedPostgres server;
  private final Database home;
  private final Database there;
  private final Strings strings;
  private final long plan;
  private final List<Chunk.Id> chunks = new ArrayList<>();
  private Connection admin;
  private Connection source;
  private Connection target;
  private int histories;

  /**
   * Starts a server.
   *
   * @param schema the folder of the target's migrations
   * @param instead rules left out: see {@link Strings}
   */
  Lab(Path schema, Map<String, String> instead) throws IOException, SQLException {
    server =
        EmbeddedPostgres.builder()
            .setServerConfig("shared_buffers", "32MB")
            .setServerConfig("max_prepared_transactions", "20")
            .setServerConfig("deadlock_timeout", "200ms")
            .setServerConfig("autovacuum", "off")
            .start();
    try {
      admin = open(database("postgres"));
      execute(admin, "CREATE DATABASE source");
      execute(admin, "CREATE DATABASE target");
      home = database("source");
      there = database("target");
      source = open(home);
      target = open(there);
      execute(source, "SET search_path = public; " + SOURCE);
      try (Stream<Path> files = Files.list(schema)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".sql")).sorted().toList()) {
          execute(target, "SET search_path = public; " + Files.readString(file));
        }
      }
      execute(target, "SET search_path = pg_catalog");
      strings = new Strings(instead);
      SourceDatabase plainSource = new SourceDatabase(home);
      TargetDatabase plainTarget = new TargetDatabase(there);
      PlanLedger plans = new PlanLedger(plainSource, plainTarget);
      plan = plans.plan().plan();
      new CaptureInstaller(
              plainSource, plainTarget, plans, Duration.ofSeconds(1), Duration.ofSeconds(10))
          .install(plan);
      splitTheTracks();
      try (Statement select = target.createStatement();
          ResultSet row = select.executeQuery("SELECT id FROM migration.chunk ORDER BY id")) {
        while (row.next()) {
          chunks.add(new Chunk.Id(plan, row.getInt(1)));
        }
      }
    } catch (IOException | SQLException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private Database database(String name) {
    return new Database(
        DatabaseAddress.parse(
            "postgresql://localhost:%d/%s".formatted(server.getPort(), name), "postgres", null),
        "chaos");
  }

  private static Connection open(Database database) throws SQLException {
    return database.open();
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Three rows a chunk, where a plan would put all six into one. */
  private void splitTheTracks() throws SQLException {
    execute(
        target,
        """
        WITH tracks AS (SELECT id, run_id FROM migration.source_table WHERE table_name = 'metacrate_tracks')
        INSERT INTO migration.chunk (run_id, id, table_id, after)
          SELECT run_id, 1000, id, '{3}' FROM tracks;
        UPDATE migration.chunk c SET up_to = '{3}'
          FROM migration.source_table s
         WHERE s.id = c.table_id AND s.table_name = 'metacrate_tracks' AND c.id <> 1000;
        """);
  }

  List<Chunk.Id> chunks() {
    return chunks;
  }

  void toTheBeginning() throws SQLException {
    if (histories++ % SWEEP_EVERY == SWEEP_EVERY - 1) {
      execute(source, SWEPT);
      execute(target, "TRUNCATE " + String.join(", ", FILLED));
      execute(target, "VACUUM migration.chunk, migration.run");
    }
    execute(source, ROWS);
    execute(target, EMPTIED + BEGINNING);
  }

  /** A worker's copy of one message, with that lease. */
  CopyOutcome copy(Chunk.Id id, Duration lease) throws SQLException {
    SourceDatabase from = strings.source(home);
    TargetDatabase to = strings.target(there);
    return new ChunkCopy(
            from,
            to,
            new ChunkLedger(to),
            new PlanLedger(from, to),
            new NoQueue(),
            new StopLedger(to),
            lease)
        .copy(id);
  }

  Drain.Drained drain() throws SQLException {
    SourceDatabase from = strings.source(home);
    TargetDatabase to = strings.target(there);
    PlanLedger plans = new PlanLedger(from, to);
    return new Drain(from, to, plans, new StateDrain(from, to, plans), new StopLedger(to))
        .drain(Duration.ofMinutes(5));
  }

  /** MetaCrate's own connection. */
  Connection metacrate() throws SQLException {
    return strings.tied(home, "metacrate");
  }

  boolean waitsForLock(int backend) throws SQLException {
    if (backend == 0) {
      return false;
    }
    if (admin.isClosed()) {
      admin = open(database("postgres"));
    }
    try (PreparedStatement select =
        admin.prepareStatement("SELECT cardinality(pg_blocking_pids(?)) > 0")) {
      select.setInt(1, backend);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** A backend is killed as by the kernel: the server ends all others and recovers from its log. */
  void crash() throws SQLException {
    int victim;
    try (Statement select = source.createStatement();
        ResultSet row = select.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      victim = row.getInt(1);
    }
    ProcessHandle.of(victim).ifPresent(ProcessHandle::destroyForcibly);
    for (int i = 0; ; i++) {
      try {
        Thread.sleep(50);
        Connection again = open(database("postgres"));
        admin = again;
        strings.forget();
        source = open(home);
        target = open(there);
        return;
      } catch (SQLException e) {
        if (i > 400) {
          throw e;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SQLException(e);
      }
    }
  }

  /** Nobody's lease lasts, nobody's transaction is left open: what an hour does. */
  void anHourLater() throws SQLException {
    execute(
        target,
        "UPDATE migration.attempt SET lease_until = clock_timestamp() - interval '1 second' WHERE state = 'RUNNING'");
    endPrepared(false);
  }

  void endPrepared(boolean commit) throws SQLException {
    for (String gid :
        texts(
            source,
            "SELECT gid FROM pg_prepared_xacts WHERE database = current_database() ORDER BY gid")) {
      execute(source, "%s PREPARED '%s'".formatted(commit ? "COMMIT" : "ROLLBACK", gid));
    }
  }

  boolean isDrained() throws SQLException {
    return texts(source, "SELECT 1 FROM ci_capture.outbox LIMIT 1").isEmpty()
        && texts(target, "SELECT 1 FROM migration.redo LIMIT 1").isEmpty();
  }

  List<String> uncopied() throws SQLException {
    return texts(target, "SELECT id FROM migration.chunk WHERE copied_at IS NULL");
  }

  void startAgain() throws SQLException {
    new PlanLedger(strings.source(home), strings.target(there)).start(plan);
  }

  /** What is not as it should be, one sentence each. */
  List<String> differences() throws SQLException {
    List<String> differences = new ArrayList<>();
    Map<String, String> was = rows(source, "public.metacrate_tracks");
    Map<String, String> is = rows(target, "metacrate.metacrate_tracks");
    for (Map.Entry<String, String> row : was.entrySet()) {
      String other = is.remove(row.getKey());
      if (other == null) {
        differences.add("LOST track " + row.getKey());
      } else if (!other.equals(row.getValue())) {
        differences.add(
            "STALE track %s: %s, not %s".formatted(row.getKey(), other, row.getValue()));
      }
    }
    is.keySet().forEach(key -> differences.add("RESURRECTED track " + key));
    Map<String, Integer> lines = counts(source, "public.music_log");
    counts(target, "metacrate.music_log")
        .forEach((line, count) -> lines.merge(line, -count, Integer::sum));
    lines.forEach(
        (line, count) -> {
          if (count != 0) {
            differences.add((count > 0 ? "LOST " : "DOUBLED ") + line + " by " + Math.abs(count));
          }
        });
    differences.addAll(
        texts(
            target,
            """
            SELECT 'TYPED: track ' || c.id || ' has the classification ' || coalesce(k.artist, 'none')
              FROM carried.metacrate_tracks c
              LEFT JOIN public.classification k
                     ON k.path_digest = c."ci:track" AND k.origin = 'metacrate'
                    AND k.artist IS NOT DISTINCT FROM c.metacrate_classification ->> 'artist'
             WHERE k.id IS NULL
            UNION ALL SELECT 'TYPED: ' || count(*) || ' classifications too many' FROM public.classification
              HAVING count(*) <> (SELECT count(*) FROM carried.metacrate_tracks)
            UNION ALL SELECT 'TYPED: no row leads to ' || path FROM public.track t
              WHERE NOT EXISTS (SELECT FROM carried.metacrate_tracks c WHERE c."ci:track" = t.path_digest)
            UNION ALL SELECT 'CONSERVATION: chunks count ' || coalesce(sum(migrated_rows + quarantined_rows), 0)
              FROM migration.chunk HAVING sum(migrated_rows + quarantined_rows) <>
                (SELECT count(*) FROM carried.metacrate_tracks) + (SELECT count(*) FROM carried.music_log)
            UNION ALL SELECT 'QUARANTINE: ' || reason FROM migration.quarantine
            UNION ALL SELECT 'CHUNK: track ' || id || ' is in chunk ' || "ci:chunk"
              FROM carried.metacrate_tracks WHERE (id > 3) <> ("ci:chunk" = 1000)
            UNION ALL SELECT 'STOPPED: ' || reason FROM migration.stop
            """));
    return differences;
  }

  private static Map<String, String> rows(Connection connection, String table) throws SQLException {
    Map<String, String> rows = new TreeMap<>();
    try (Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("SELECT id, t::text FROM %s t".formatted(table))) {
      while (row.next()) {
        rows.put(row.getString(1), row.getString(2));
      }
    }
    return rows;
  }

  private static Map<String, Integer> counts(Connection connection, String table)
      throws SQLException {
    Map<String, Integer> counts = new TreeMap<>();
    try (Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("SELECT line FROM " + table)) {
      while (row.next()) {
        counts.merge(row.getString(1), 1, Integer::sum);
      }
    }
    return counts;
  }

  private static List<String> texts(Connection connection, String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      while (row.next()) {
        texts.add(row.getString(1));
      }
    }
    return texts;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  /** The ledger decides what is done; whom a message would reach does not matter here. */
  private static final class NoQueue implements ChunkQueue {
    @Override
    public void copy(List<Chunk.Id> asked) {}

    @Override
    public void copyLater(List<Chunk.Id> asked, Duration after) {}

    @Override
    public void verify(List<Chunk.Id> asked) {}

    @Override
    public void drain(long asked) {}
  }
}
