package culturalintelligence.persistence.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Puts the outbox and its triggers into the source, and takes them out again.
 *
 * <p>A trigger needs a lock that waits for writers and makes others wait behind it; so it is asked
 * for with a short patience, table by table, again and again.
 */
@ApplicationScoped
public class CaptureInstaller {
  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String DEADLOCK = "40P01";
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SourceDatabase source;
  private final TargetDatabase target;
  private final PlanLedger plans;
  private final Duration lockTimeout;
  private final Duration patience;

  public CaptureInstaller(
      SourceDatabase source,
      TargetDatabase target,
      PlanLedger plans,
      // For so long MetaCrate's writers may stand behind a trigger that waits for its lock.
      @ConfigProperty(name = "capture.lock-timeout", defaultValue = "200ms") Duration lockTimeout,
      @ConfigProperty(name = "capture.patience", defaultValue = "60s") Duration patience) {
    this.source = source;
    this.target = target;
    this.plans = plans;
    this.lockTimeout = lockTimeout;
    this.patience = patience;
  }

  /**
   * One table's part.
   *
   * @param refusal why its changes can't be captured; null when they can
   * @param captured whether they are, by triggers that stand there now
   */
  public record Step(String table, @Nullable String refusal, boolean captured, String sql) {}

  /** What an installation does, or would. */
  public record Installation(String schema, List<Step> steps) {}

  /** Something stands in the way; its sentence says what, its next step what to do. */
  public static final class Refused extends RuntimeException {
    private final String next;

    Refused(String sentence, String next) {
      super(sentence);
      this.next = next;
    }

    public String next() {
      return next;
    }
  }

  /** What would be done; nothing is. */
  public Installation plan(long plan) throws SQLException {
    try (Connection connection = source.snapshot()) {
      List<Step> steps = new ArrayList<>();
      for (PlannedTable table : plans.carriedTables(plan)) {
        steps.add(step(connection, table.source()));
      }
      String role = text(connection, "SELECT current_user");
      return new Installation(CaptureSql.schema(role, token(plan)), steps);
    }
  }

  /** Captures every table that can be; said twice, it mends what is missing. */
  public Installation install(long plan) throws SQLException {
    Installation installation = plan(plan);
    try (Connection connection = source.outbox()) {
      requireOurs(connection, plan);
      connection.setAutoCommit(false);
      execute(connection, installation.schema());
      connection.commit();
      List<PlannedTable> tables = plans.carriedTables(plan);
      List<Step> done = new ArrayList<>();
      for (int i = 0; i < tables.size(); i++) {
        Step step = installation.steps().get(i);
        if (step.refusal() == null) {
          if (!step.captured()) {
            patiently(connection, tables.get(i).source(), step.sql());
          }
          Shape shape = Shape.of(connection, tables.get(i).source());
          connection.rollback();
          captured(tables.get(i), shape);
          step = new Step(step.table(), null, true, step.sql());
        }
        done.add(step);
      }
      return new Installation(installation.schema(), done);
    }
  }

  /**
   * Leaves the source as it was.
   *
   * @param discard also when changes wait in the outbox, which are then lost to this run
   */
  public void uninstall(long plan, boolean discard) throws SQLException {
    try (Connection ledger = target.open();
        Connection connection = source.outbox()) {
      ledger.setAutoCommit(false);
      requireOldMasters(ledger);
      if (Outbox.isInstalled(connection)) {
        requireOurs(connection, plan);
        Outbox.Waiting waiting = Outbox.waiting(connection);
        if (!discard && waiting != null && waiting.entries() > 0) {
          throw new Refused(
              "%d changes wait to be drained".formatted(waiting.entries()),
              "cratectl drain, or cratectl uncapture --execute --discard");
        }
        connection.setAutoCommit(false);
        for (String relation : capturedRelations(connection)) {
          patiently(connection, null, CaptureSql.untrigger(relation));
        }
        patiently(connection, null, CaptureSql.uninstall());
      }
    }
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      for (String sql :
          List.of(
              "DELETE FROM migration.captured_table WHERE table_id IN (SELECT id FROM migration.source_table WHERE run_id = ?)",
              "DELETE FROM migration.capture WHERE run_id = ?")) {
        try (PreparedStatement delete = connection.prepareStatement(sql)) {
          delete.setLong(1, plan);
          delete.executeUpdate();
        }
      }
      connection.commit();
    }
  }

  /**
   * The guards go with the schema: then both sides would be written. No switch begins meanwhile.
   */
  private static void requireOldMasters(Connection ledger) throws SQLException {
    execute(ledger, "LOCK TABLE migration.phase IN SHARE MODE");
    String tables =
        text(
            ledger,
            """
            SELECT coalesce(string_agg(s.schema_name || '.' || s.table_name, ', ' ORDER BY s.id), '')
              FROM migration.phase p JOIN migration.source_table s ON s.id = p.table_id
             WHERE p.phase IN ('WRITE_NEW', 'RETIRED', 'DROPPED') OR p.towards IS NOT NULL
            """);
    if (!tables.isEmpty()) {
      throw new Refused(
          "the new side is the master of " + tables, "take it back first: cratectl rollback TABLE");
    }
  }

  /** What an uninstallation would run. */
  public String uninstallSql() throws SQLException {
    try (Connection connection = source.snapshot()) {
      StringBuilder sql = new StringBuilder();
      for (String relation : capturedRelations(connection)) {
        sql.append(CaptureSql.untrigger(relation));
      }
      return sql.append(CaptureSql.uninstall()).toString();
    }
  }

  private static List<String> capturedRelations(Connection connection) throws SQLException {
    List<String> relations = new ArrayList<>();
    try (Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery(
                """
                SELECT DISTINCT n.nspname, c.relname
                  FROM pg_trigger g
                  JOIN pg_proc p ON p.oid = g.tgfoid
                  JOIN pg_namespace pn ON pn.oid = p.pronamespace AND pn.nspname = 'ci_capture'
                  JOIN pg_class c ON c.oid = g.tgrelid
                  JOIN pg_namespace n ON n.oid = c.relnamespace
                 ORDER BY 1, 2
                """)) {
      while (row.next()) {
        relations.add(Sql.qualified(row.getString(1), row.getString(2)));
      }
    }
    return relations;
  }

  /** A table, or one of its partitions, that is to have triggers. */
  private record Relation(
      long oid, String name, String kind, boolean mine, boolean child, int triggers) {}

  private static List<Relation> relations(Connection connection, SourceTable table)
      throws SQLException {
    List<Relation> relations = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT c.oid, n.nspname, c.relname, c.relkind::text,
                   pg_has_role(c.relowner, 'USAGE') AS mine,
                   NOT c.relispartition
                     AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid) AS child,
                   (SELECT count(*) FROM pg_trigger g
                     WHERE g.tgrelid = c.oid AND g.tgname LIKE 'ci\\_capture\\_%' AND g.tgenabled = 'A')
                FROM (SELECT to_regclass(?)::oid AS relid
                       UNION SELECT relid FROM pg_partition_tree(to_regclass(?))) r
                JOIN pg_class c ON c.oid = r.relid
                JOIN pg_namespace n ON n.oid = c.relnamespace
               ORDER BY c.relispartition, c.oid
            """)) {
      String name = Sql.qualified(table.schema(), table.name());
      select.setString(1, name);
      select.setString(2, name);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          relations.add(
              new Relation(
                  row.getLong(1),
                  Sql.qualified(row.getString(2), row.getString(3)),
                  row.getString(4),
                  row.getBoolean(5),
                  row.getBoolean(6),
                  row.getInt(7)));
        }
      }
    }
    return relations;
  }

  private static Step step(Connection connection, SourceTable table) throws SQLException {
    List<Relation> relations = relations(connection, table);
    String refusal = refusal(table, relations);
    if (refusal == null) {
      refusal = Shape.planned(connection, table).columnsChanged(Shape.of(connection, table));
    }
    if (refusal != null) {
      return new Step(table.qualifiedName(), refusal, false, "");
    }
    Relation top = relations.getFirst();
    StringBuilder sql = new StringBuilder(CaptureSql.functions(table, top.oid(), top.child()));
    boolean captured = true;
    for (Relation relation : relations) {
      boolean complete = relation.triggers() == 4;
      captured &= complete;
      if (!complete) {
        sql.append(
            CaptureSql.triggers(relation.name(), top.oid(), top.child(), relation.triggers() > 0));
      }
    }
    return new Step(table.qualifiedName(), null, captured, sql.toString());
  }

  private static @Nullable String refusal(SourceTable table, List<Relation> relations) {
    if (relations.isEmpty()) {
      return "the table is gone";
    }
    if (!CaptureSql.canBeQuoted(table)) {
      return "a name of it holds $ci$";
    }
    for (Relation relation : relations) {
      if (relation.kind().equals("f")) {
        return "its partition %s is on another server, where no trigger of ours fires"
            .formatted(relation.name());
      }
      if (!relation.mine()) {
        return "%s belongs to another role: a trigger that also fires for replicas needs its owner"
            .formatted(relation.name());
      }
    }
    return null;
  }

  /** Runs statements in a transaction of their own until they get their locks. */
  private void patiently(Connection connection, @Nullable SourceTable table, String sql)
      throws SQLException {
    Instant until = Instant.now().plus(patience);
    Duration pause = Duration.ofMillis(50);
    while (true) {
      try {
        execute(connection, "SET LOCAL lock_timeout = %d".formatted(lockTimeout.toMillis()));
        execute(connection, sql);
        connection.commit();
        return;
      } catch (SQLException e) {
        connection.rollback();
        if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState()) && !DEADLOCK.equals(e.getSQLState())) {
          throw e;
        }
        if (Instant.now().isAfter(until)) {
          throw new Refused(
              "no lock on %s within %d s; it is held by %s"
                  .formatted(
                      table == null ? "a captured table" : table.qualifiedName(),
                      patience.toSeconds(),
                      table == null ? "somebody" : holders(connection, table)),
              "end that transaction, then say it again");
        }
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SQLException("interrupted while waiting for a lock", e);
      }
      pause = pause.multipliedBy(2);
      if (pause.compareTo(LONGEST_PAUSE) > 0) {
        pause = LONGEST_PAUSE;
      }
    }
  }

  private static String holders(Connection connection, SourceTable table) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT coalesce(string_agg(DISTINCT coalesce(
                     'process ' || l.pid || coalesce(' (' || nullif(a.application_name, '') || ')', ''),
                     'a prepared transaction'), ', '), 'somebody')
              FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
             WHERE l.relation = to_regclass(?) AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()
               AND l.mode <> 'AccessShareLock' AND l.mode <> 'RowShareLock'
            """)) {
      select.setString(1, Sql.qualified(table.schema(), table.name()));
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  /**
   * Keeps the shape. Where rows were copied before their changes were caught, every row is looked
   * at again.
   */
  private void captured(PlannedTable table, Shape shape) throws SQLException {
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      String json = json(shape);
      boolean changed;
      try (PreparedStatement upsert =
          connection.prepareStatement(
              """
              INSERT INTO migration.captured_table AS c (table_id, shape) VALUES (?, ?::jsonb)
              ON CONFLICT (table_id) DO UPDATE SET shape = excluded.shape, captured_at = clock_timestamp()
                 WHERE c.shape <> excluded.shape
              """)) {
        upsert.setLong(1, table.id());
        upsert.setString(2, json);
        changed = upsert.executeUpdate() == 1;
      }
      if (changed && isBegun(connection, table)) {
        Drain.askAgain(connection, table, null, "captured after its copy began");
      }
      connection.commit();
    }
  }

  private static boolean isBegun(Connection connection, PlannedTable table) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT EXISTS (SELECT FROM migration.chunk WHERE table_id = ? AND state <> 'PENDING')")) {
      select.setLong(1, table.id());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** The token of a run that is captured. */
  static Optional<UUID> tokenOf(Connection ledger, long plan) throws SQLException {
    try (PreparedStatement select =
        ledger.prepareStatement("SELECT token FROM migration.capture WHERE run_id = ?")) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(row.getObject(1, UUID.class)) : Optional.empty();
      }
    }
  }

  private void requireOurs(Connection connection, long plan) throws SQLException {
    Optional<UUID> there = Outbox.token(connection);
    if (there.isPresent() && !there.get().equals(token(plan))) {
      throw new Refused(
          "the source is captured for another Cultural Intelligence database",
          "uncapture it from there");
    }
  }

  /** The run's token; made when first asked for. */
  private UUID token(long plan) throws SQLException {
    try (Connection connection = target.open()) {
      try (PreparedStatement insert =
          connection.prepareStatement(
              """
              INSERT INTO migration.capture (run_id, token) VALUES (?, gen_random_uuid())
              ON CONFLICT (run_id) DO NOTHING
              """)) {
        insert.setLong(1, plan);
        insert.executeUpdate();
      }
      return tokenOf(connection, plan).orElseThrow();
    }
  }

  private static String json(Shape shape) {
    try {
      return JSON.writeValueAsString(shape);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a shape is always JSON", e);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
