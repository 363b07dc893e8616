package culturalintelligence.persistence.phase;

import static java.util.Objects.requireNonNull;

import culturalintelligence.domain.migration.CapturedChange;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.domain.phase.Phase;
import culturalintelligence.persistence.capture.Drain;
import culturalintelligence.persistence.capture.Outbox;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.postgres.TargetDatabase;
import culturalintelligence.persistence.source.SourceRows;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Brings the old tables to the state of the new ones, for the keys that were changed there.
 *
 * <p>The invariant is the drain's with the roles swapped: applications are serial by a lock in the
 * database that is written, here the source, in the very transaction that writes; the target's
 * snapshot is taken after that lock; and the outbox's entries are deleted only after that
 * transaction has committed. So a back drain that everybody believed dead writes either before its
 * successor or a state no older than its successor's.
 *
 * <p>All tables go together, in the order of their entries, so that a row comes with the row it
 * refers to. Where a reference fails all the same, because a state is newer than its entry, more
 * entries are taken until it holds.
 */
@ApplicationScoped
public class BackDrain {
  private static final int LOCK = 0x0BAC;
  private static final int BATCH = 500;
  private static final int MOST = 64_000;
  private static final String REFERENCE_FAILS = "23503";

  private final SourceDatabase source;
  private final TargetDatabase target;
  private final PlanLedger plans;

  public BackDrain(SourceDatabase source, TargetDatabase target, PlanLedger plans) {
    this.source = source;
    this.target = target;
    this.plans = plans;
  }

  /**
   * What went back.
   *
   * @param finished whether nothing was left
   */
  public record Back(long entries, long written, long deleted, boolean finished) {}

  /** The newest plan's. */
  public Back drain(Duration budget) throws SQLException {
    OptionalLong plan = plans.newest();
    return plan.isPresent() ? drain(plan.getAsLong(), budget) : new Back(0, 0, 0, true);
  }

  /** Drains what is captured in the target, for that long at most. */
  public Back drain(long plan, Duration budget) throws SQLException {
    Instant until = Instant.now().plus(budget);
    long entries = 0;
    long written = 0;
    long deleted = 0;
    int size = BATCH;
    while (true) {
      Back batch;
      try {
        batch = batch(plan, size);
        size = BATCH;
      } catch (SQLException e) {
        if (!REFERENCE_FAILS.equals(e.getSQLState()) || size >= MOST) {
          throw e;
        }
        size *= 4;
        continue;
      }
      entries += batch.entries();
      written += batch.written();
      deleted += batch.deleted();
      if (batch.finished() || Instant.now().isAfter(until)) {
        return new Back(entries, written, deleted, batch.finished());
      }
    }
  }

  /** Waits for the batch under way; a later one sees what the caller committed in the target. */
  void standStill() throws SQLException {
    try (Connection writing = source.outbox()) {
      writing.setAutoCommit(false);
      lock(writing);
      writing.rollback();
    }
  }

  private static void lock(Connection writing) throws SQLException {
    try (Statement statement = writing.createStatement()) {
      statement.execute("SET LOCAL ci_capture.origin = 'drain'");
      statement.execute("SELECT pg_advisory_xact_lock(%d, 0)".formatted(LOCK));
    }
  }

  private Back batch(long plan, int size) throws SQLException {
    List<Long> ids = new ArrayList<>();
    Map<PlannedTable, Set<List<String>>> keys = new LinkedHashMap<>();
    long written = 0;
    long deleted = 0;
    try (Connection writing = source.outbox()) {
      writing.setAutoCommit(false);
      lock(writing);
      try (Connection snapshot = target.snapshot()) {
        Map<List<String>, PlannedTable> tables = masters(writing, snapshot, plan);
        for (CapturedChange change : Outbox.look(snapshot, tables.keySet(), size)) {
          ids.add(change.id());
          keys.computeIfAbsent(
                  tables.get(List.of(change.schema(), change.table())), t -> new LinkedHashSet<>())
              .add(keyOf(change));
        }
        if (ids.isEmpty()) {
          return new Back(0, 0, 0, true);
        }
        try (Statement statement = writing.createStatement()) {
          statement.execute("SET CONSTRAINTS ALL DEFERRED");
        }
        List<PlannedTable> parentsFirst = parentsFirst(writing, List.copyOf(keys.keySet()));
        Map<PlannedTable, List<String[]>> rows = new LinkedHashMap<>();
        for (PlannedTable table : parentsFirst) {
          rows.put(table, rows(snapshot, table, requireNonNull(keys.get(table))));
        }
        for (PlannedTable table : parentsFirst.reversed()) {
          deleted +=
              delete(
                  writing,
                  table.source(),
                  missing(
                      table.source(),
                      requireNonNull(keys.get(table)),
                      requireNonNull(rows.get(table))));
        }
        for (PlannedTable table : parentsFirst) {
          written += upsert(writing, table.source(), requireNonNull(rows.get(table)));
        }
      }
      writing.commit();
    }
    try (Connection forgetting = target.open()) {
      forgetting.setAutoCommit(false);
      for (Map.Entry<PlannedTable, Set<List<String>>> entry : keys.entrySet()) {
        for (List<String> key : entry.getValue()) {
          Drain.askAgain(forgetting, entry.getKey(), key, "written back");
        }
      }
      Outbox.remove(forgetting, ids);
      forgetting.commit();
    }
    return new Back(ids.size(), written, deleted, ids.size() < size);
  }

  /** The tables whose changes may go back now: the old one is there under its own name. */
  private Map<List<String>, PlannedTable> masters(
      Connection writing, Connection snapshot, long plan) throws SQLException {
    Map<List<String>, PlannedTable> tables = new LinkedHashMap<>();
    for (PlannedTable table : plans.carriedTables(plan)) {
      Standing standing = PhaseLedger.standing(snapshot, table.id());
      boolean open =
          switch (standing.phase()) {
            case OLD, SHADOW, READ_NEW -> standing.towards() != null;
            // What is being archived must not change.
            case WRITE_NEW -> standing.towards() != Phase.RETIRED;
            case RETIRED, DROPPED -> standing.towards() == Phase.WRITE_NEW;
          };
      if (open && new OldTable(table.source()).exists(writing)) {
        tables.put(List.of(table.source().schema(), table.source().name()), table);
      }
    }
    return tables;
  }

  private static List<String> keyOf(CapturedChange change) {
    List<String> key = change.key();
    if (key == null) {
      throw new IllegalStateException("a change of the target without a key: entry " + change.id());
    }
    return key;
  }

  /** Referred tables before those that refer to them; a circle in any order. */
  private static List<PlannedTable> parentsFirst(Connection source, List<PlannedTable> tables)
      throws SQLException {
    Map<PlannedTable, Set<PlannedTable>> parents = new LinkedHashMap<>();
    for (PlannedTable table : tables) {
      Set<PlannedTable> above = new LinkedHashSet<>();
      try (PreparedStatement select =
          source.prepareStatement(
              """
              SELECT n.nspname, c.relname
                FROM pg_constraint k JOIN pg_class c ON c.oid = k.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE k.contype = 'f' AND k.conrelid = to_regclass(?)
              """)) {
        select.setString(1, Sql.qualified(table.source().schema(), table.source().name()));
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            String schema = row.getString(1);
            String name = row.getString(2);
            tables.stream()
                .filter(
                    t ->
                        !t.equals(table)
                            && t.source().schema().equals(schema)
                            && t.source().name().equals(name))
                .forEach(above::add);
          }
        }
      }
      parents.put(table, above);
    }
    List<PlannedTable> ordered = new ArrayList<>();
    while (!parents.isEmpty()) {
      PlannedTable next =
          parents.entrySet().stream()
              .filter(e -> ordered.containsAll(e.getValue()))
              .map(Map.Entry::getKey)
              .findFirst()
              .orElse(parents.keySet().iterator().next());
      ordered.add(next);
      parents.remove(next);
    }
    return ordered;
  }

  /** The rows there are under these keys, every column's text. */
  private static List<@Nullable String[]> rows(
      Connection snapshot, PlannedTable table, Set<List<String>> keys) throws SQLException {
    List<SourceColumn> columns = table.source().columns();
    String sql =
        "SELECT %s FROM unnest(%s) AS k(%s) JOIN %s AS c ON %s"
            .formatted(
                columns.stream()
                    .map(c -> "c." + Sql.identifier(c.name()) + "::text")
                    .collect(Collectors.joining(", ")),
                parameters(table.source().key().size()),
                aliases(table.source().key().size()),
                table.carried().rows(),
                IntStream.range(0, table.source().key().size())
                    .mapToObj(
                        i ->
                            "c.%1$s = k.c%2$d::%3$s"
                                .formatted(
                                    Sql.identifier(table.source().key().get(i)),
                                    i,
                                    table.carried().typeOf(table.source().key().get(i))))
                    .collect(Collectors.joining(" AND ")));
    List<@Nullable String[]> rows = new ArrayList<>();
    try (PreparedStatement select = snapshot.prepareStatement(sql)) {
      bindKeys(snapshot, select, List.copyOf(keys));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          @Nullable String[] values = new String[columns.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = row.getString(i + 1);
          }
          rows.add(values);
        }
      }
    }
    return rows;
  }

  private static List<List<String>> missing(
      SourceTable table, Set<List<String>> keys, List<@Nullable String[]> rows) {
    List<String> names = table.columns().stream().map(SourceColumn::name).toList();
    int[] positions = table.key().stream().mapToInt(names::indexOf).toArray();
    Set<List<String>> missing = new LinkedHashSet<>(keys);
    for (@Nullable String[] row : rows) {
      missing.remove(IntStream.of(positions).mapToObj(i -> String.valueOf(row[i])).toList());
    }
    return List.copyOf(missing);
  }

  private static long delete(Connection source, SourceTable table, List<List<String>> keys)
      throws SQLException {
    if (keys.isEmpty()) {
      return 0;
    }
    String sql =
        "DELETE FROM %s AS t USING unnest(%s) AS k(%s) WHERE %s"
            .formatted(
                new SourceRows(table).from(),
                parameters(table.key().size()),
                aliases(table.key().size()),
                IntStream.range(0, table.key().size())
                    .mapToObj(
                        i ->
                            "t.%s = k.c%d::%s"
                                .formatted(
                                    Sql.identifier(table.key().get(i)),
                                    i,
                                    type(table.column(table.key().get(i)).orElseThrow())))
                    .collect(Collectors.joining(" AND ")));
    try (PreparedStatement delete = source.prepareStatement(sql)) {
      bindKeys(source, delete, keys);
      return delete.executeUpdate();
    }
  }

  private static long upsert(Connection source, SourceTable table, List<@Nullable String[]> rows)
      throws SQLException {
    if (rows.isEmpty()) {
      return 0;
    }
    List<Integer> written =
        IntStream.range(0, table.columns().size())
            .filter(i -> !table.columns().get(i).generated())
            .boxed()
            .toList();
    List<String> names = written.stream().map(i -> table.columns().get(i).name()).toList();
    String updates =
        names.stream()
            .filter(name -> !table.key().contains(name))
            .map(name -> "%1$s = EXCLUDED.%1$s".formatted(Sql.identifier(name)))
            .collect(Collectors.joining(", "));
    String sql =
        "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM unnest(%s) AS k(%s) ON CONFLICT (%s) DO %s"
            .formatted(
                Sql.qualified(table.schema(), table.name()),
                Sql.identifiers(names),
                IntStream.range(0, names.size())
                    .mapToObj(
                        i -> "k.c%d::%s".formatted(i, type(table.columns().get(written.get(i)))))
                    .collect(Collectors.joining(", ")),
                parameters(names.size()),
                aliases(names.size()),
                Sql.identifiers(table.key()),
                updates.isEmpty() ? "NOTHING" : "UPDATE SET " + updates);
    try (PreparedStatement upsert = source.prepareStatement(sql)) {
      for (int i = 0; i < written.size(); i++) {
        int column = written.get(i);
        upsert.setArray(
            i + 1,
            source.createArrayOf(
                "text", rows.stream().map(row -> row[column]).toArray(String[]::new)));
      }
      return upsert.executeUpdate();
    }
  }

  private static String type(SourceColumn column) {
    return column.declaredType() == null ? column.type() : column.declaredType();
  }

  private static String parameters(int width) {
    return String.join(", ", java.util.Collections.nCopies(width, "?::text[]"));
  }

  private static String aliases(int width) {
    return IntStream.range(0, width).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
  }

  private static void bindKeys(
      Connection connection, PreparedStatement statement, List<List<String>> keys)
      throws SQLException {
    for (int i = 0; i < keys.getFirst().size(); i++) {
      int part = i;
      statement.setArray(
          i + 1,
          connection.createArrayOf(
              "text", keys.stream().map(key -> key.get(part)).toArray(String[]::new)));
    }
  }
}
