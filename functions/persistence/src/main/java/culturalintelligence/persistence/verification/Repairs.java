package culturalintelligence.persistence.verification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.persistence.ledger.ChunkLedger;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.ledger.ProgressLedger;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Repair of what a comparison found: the keys that differ are put among those to be applied again,
 * from where a drain brings the target to the source's state; then they are compared once more.
 * What was wrong and what was done stays in {@code migration.repair}.
 *
 * <p>A key whose track carries a person's validation is left as it is, unless the operator says
 * otherwise: whatever the old row says, a person said something newer.
 */
@ApplicationScoped
public class Repairs {
  private static final int MOST = 100_000;

  private final TargetDatabase target;
  private final PlanLedger plans;
  private final ProgressLedger progress;
  private final Comparisons comparisons;
  private final ObjectMapper json = new ObjectMapper();

  public Repairs(
      TargetDatabase target, PlanLedger plans, ProgressLedger progress, Comparisons comparisons) {
    this.target = target;
    this.plans = plans;
    this.progress = progress;
    this.comparisons = comparisons;
  }

  /** What is to be done with a key. */
  public enum Action {
    /** Brought to the source's state again. */
    APPLY,
    /** Not touched: a person validated its track. */
    LEAVE_VALIDATED,
    /** No key names it; the whole table is applied again. */
    APPLY_TABLE,
    /** Nothing to apply: the source is as the target should be, or it is no single row's fault. */
    LEAVE
  }

  /** One key, why it is on the list, and what is to be done. */
  public record Item(String table, List<String> key, Action action, List<Difference> differences) {
    public Item {
      key = List.copyOf(key);
      differences = List.copyOf(differences);
    }
  }

  /** What a repair would do, in the order of the report. */
  public List<Item> list(long plan, boolean overwriteValidated) throws SQLException {
    Map<String, PlannedTable> tables = tables(plan);
    Map<String, Map<List<String>, List<Difference>>> byTable = new LinkedHashMap<>();
    for (Difference difference : progress.differences(plan, MOST)) {
      if (difference.verdict().counts()) {
        byTable
            .computeIfAbsent(difference.table(), t -> new LinkedHashMap<>())
            .computeIfAbsent(difference.key(), k -> new ArrayList<>())
            .add(difference);
      }
    }
    List<Item> items = new ArrayList<>();
    for (Map.Entry<String, Map<List<String>, List<Difference>>> entry : byTable.entrySet()) {
      PlannedTable table = Objects.requireNonNull(tables.get(entry.getKey()));
      Set<List<String>> validated =
          overwriteValidated ? Set.of() : validated(table, entry.getValue().keySet());
      entry
          .getValue()
          .forEach(
              (key, differences) ->
                  items.add(
                      new Item(
                          entry.getKey(),
                          key,
                          action(table, key, differences, validated),
                          differences)));
    }
    return items;
  }

  private static Action action(
      PlannedTable table,
      List<String> key,
      List<Difference> differences,
      Set<List<String>> validated) {
    if (differences.stream().allMatch(d -> d.kind() == Difference.Kind.CONSERVATION)) {
      // It adds up again when the rows behind it do.
      return Action.LEAVE;
    }
    if (!table.source().hasKey()) {
      return Action.APPLY_TABLE;
    }
    if (key.size() != table.source().key().size()
        || differences.stream().allMatch(Repairs::isOfAPath)) {
      return Action.LEAVE;
    }
    return validated.contains(key) ? Action.LEAVE_VALIDATED : Action.APPLY;
  }

  /** Typed rows that belong to no carried row are named by their path. */
  private static boolean isOfAPath(Difference difference) {
    return difference.kind() == Difference.Kind.TYPED_ROW
        && ("track".equals(difference.column()) || "classification".equals(difference.column()))
        && !"a row".equals(difference.sourceValue());
  }

  private Map<String, PlannedTable> tables(long plan) throws SQLException {
    return plans.carriedTables(plan).stream()
        .collect(Collectors.toMap(t -> t.source().qualifiedName(), t -> t));
  }

  /** Those keys whose track a person said something of. */
  private Set<List<String>> validated(PlannedTable planned, Set<List<String>> keys)
      throws SQLException {
    ComparedTable table = new ComparedTable(planned);
    Set<List<String>> validated = new HashSet<>();
    List<List<String>> whole =
        keys.stream().filter(key -> key.size() == table.keyLength() && !key.isEmpty()).toList();
    if (table.tracks() == null || whole.isEmpty()) {
      return validated;
    }
    try (Connection connection = target.open();
        Statement statement = connection.createStatement()) {
      for (int from = 0; from < whole.size(); from += 500) {
        List<List<String>> slice = whole.subList(from, Math.min(whole.size(), from + 500));
        if (slice.stream().anyMatch(key -> !isReadable(connection, table, key))) {
          continue;
        }
        try (ResultSet row =
            statement.executeQuery(
                """
                SELECT %s FROM %s WHERE %s
                   AND EXISTS (SELECT FROM public.classification v
                                WHERE v.path_digest = "ci:track"
                                  AND (v.origin = 'human' OR v.human_validated))
                """
                    .formatted(
                        table.rows().keyTexts(), table.carried().table(), table.inTarget(slice)))) {
          while (row.next()) {
            validated.add(table.rows().key(row, 1));
          }
        }
      }
    }
    return validated;
  }

  /** Where a path stands in a key's place, it is no value of the key's type. */
  private static boolean isReadable(Connection connection, ComparedTable table, List<String> key) {
    try (Statement probe = connection.createStatement();
        ResultSet row =
            probe.executeQuery(
                "SELECT FROM %s WHERE %s LIMIT 0"
                    .formatted(table.carried().table(), table.inTarget(List.of(key))))) {
      return row != null;
    } catch (SQLException e) {
      return false;
    }
  }

  /** What was sent. */
  public record Sent(int applied, int left, List<Chunk.Id> toCompare) {
    public Sent {
      toCompare = List.copyOf(toCompare);
    }
  }

  /**
   * Puts the keys among those to be applied again, and writes down why; both in one transaction.
   * Sent twice, a key is applied twice, which changes nothing.
   */
  public Sent send(long plan, boolean overwriteValidated) throws SQLException {
    List<Item> items = list(plan, overwriteValidated);
    Map<String, PlannedTable> tables = tables(plan);
    int applied = 0;
    int left = 0;
    Set<Long> wholeTables = new HashSet<>();
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      for (Item item : items) {
        PlannedTable table = Objects.requireNonNull(tables.get(item.table()));
        switch (item.action()) {
          case APPLY -> {
            redo(connection, table, item.key());
            record(
                connection,
                plan,
                table,
                item,
                "SENT",
                "applied again from the source",
                overwriteValidated);
            applied++;
          }
          case APPLY_TABLE -> {
            if (wholeTables.add(table.id())) {
              redo(connection, table, null);
            }
            record(
                connection,
                plan,
                table,
                item,
                "SENT",
                "the whole table applied again",
                overwriteValidated);
            applied++;
          }
          case LEAVE_VALIDATED -> {
            record(
                connection,
                plan,
                table,
                item,
                "LEFT",
                "a person validated its track",
                overwriteValidated);
            left++;
          }
          case LEAVE -> {
            record(
                connection,
                plan,
                table,
                item,
                "LEFT",
                "no row of the source stands behind it",
                overwriteValidated);
            left++;
          }
        }
      }
      connection.commit();
    }
    return new Sent(applied, left, chunksThatDiffer(plan));
  }

  private static void redo(Connection connection, PlannedTable table, @Nullable List<String> key)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO migration.redo (table_id, key, reason) VALUES (?, ?, 'repair')")) {
      insert.setLong(1, table.id());
      insert.setArray(2, key == null ? null : connection.createArrayOf("text", key.toArray()));
      insert.executeUpdate();
    }
  }

  private void record(
      Connection connection,
      long plan,
      PlannedTable table,
      Item item,
      String state,
      String done,
      boolean overwriteValidated)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO migration.repair (run_id, table_id, key, was, state, done, overwrite_validated,
                                          settled_at)
            VALUES (?, ?, ?, ?::jsonb, ?, ?, ?, CASE WHEN ? = 'LEFT' THEN clock_timestamp() END)
            """)) {
      insert.setLong(1, plan);
      insert.setLong(2, table.id());
      insert.setArray(3, connection.createArrayOf("text", item.key().toArray()));
      insert.setString(4, write(item.differences()));
      insert.setString(5, state);
      insert.setString(6, done);
      insert.setBoolean(7, overwriteValidated);
      insert.setString(8, state);
      insert.executeUpdate();
    }
  }

  private String write(List<Difference> differences) {
    try {
      return json.writeValueAsString(differences);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("differences are always JSON", e);
    }
  }

  /** The chunks in which something differs: to be compared again when the keys are applied. */
  public List<Chunk.Id> chunksThatDiffer(long plan) throws SQLException {
    List<Chunk.Id> chunks = new ArrayList<>();
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT c.id FROM migration.chunk c
                 WHERE c.run_id = ? AND c.copied_at IS NOT NULL
                   AND EXISTS (SELECT FROM migration.difference d
                                WHERE d.table_id = c.table_id
                                  AND (d.chunk_id = c.id OR d.chunk_id IS NULL))
                 ORDER BY c.id
                """)) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          chunks.add(new Chunk.Id(plan, row.getInt(1)));
        }
      }
    }
    return chunks;
  }

  /** A repair as it is written down. */
  public record Repaired(
      long id, String table, List<String> key, String state, String done, String was) {
    public Repaired {
      key = List.copyOf(key);
    }
  }

  /** Compares what was sent and has been applied; the others go on waiting. */
  public List<Repaired> settle(long plan) throws SQLException {
    Map<Long, PlannedTable> tables =
        plans.carriedTables(plan).stream().collect(Collectors.toMap(PlannedTable::id, t -> t));
    Map<Long, Set<List<String>>> open = new LinkedHashMap<>();
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT r.table_id, r.key FROM migration.repair r
                 WHERE r.run_id = ? AND r.state IN ('SENT', 'WAITING')
                   AND NOT EXISTS (SELECT FROM migration.redo o
                                    WHERE o.table_id = r.table_id AND (o.key IS NULL OR o.key = r.key))
                """)) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          open.computeIfAbsent(row.getLong(1), t -> new HashSet<>())
              .add(List.of((String[]) row.getArray(2).getArray()));
        }
      }
    }
    for (Map.Entry<Long, Set<List<String>>> entry : open.entrySet()) {
      PlannedTable table = Objects.requireNonNull(tables.get(entry.getKey()));
      if (table.source().hasKey()) {
        compare(plan, table, entry.getValue());
      } else {
        // Without keys nothing can be looked at alone: all of the table is.
        Set<List<String>> differing = isEqual(table) ? Set.of() : entry.getValue();
        mark(plan, table, entry.getValue(), differing, 0);
      }
    }
    return newest(plan, 1_000);
  }

  private boolean isEqual(PlannedTable table) throws SQLException {
    ChunkLedger chunks = new ChunkLedger(target);
    for (Chunk.Id id : new Scans(target).copiedChunks(table)) {
      Chunk chunk = chunks.find(id);
      if (chunk == null || !comparisons.chunk(table, chunk).differences().isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private void compare(long plan, PlannedTable table, Set<List<String>> keys) throws SQLException {
    Comparisons.Outcome outcome = comparisons.keys(table, keys);
    Set<List<String>> differing =
        outcome.differences().stream()
            .filter(d -> d.verdict().counts())
            .map(Difference::key)
            .collect(Collectors.toSet());
    mark(plan, table, keys, differing, outcome.waiting());
  }

  private void mark(
      long plan,
      PlannedTable table,
      Set<List<String>> keys,
      Set<List<String>> differing,
      long waiting)
      throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE migration.repair SET state = ?, settled_at = clock_timestamp()
                 WHERE run_id = ? AND table_id = ? AND key = ? AND state IN ('SENT', 'WAITING')
                """)) {
      for (List<String> key : keys) {
        update.setString(
            1, differing.contains(key) ? "DIFFERS" : waiting > 0 ? "WAITING" : "EQUAL");
        update.setLong(2, plan);
        update.setLong(3, table.id());
        update.setArray(4, connection.createArrayOf("text", key.toArray()));
        update.addBatch();
      }
      update.executeBatch();
    }
  }

  /** The newest repairs, the last one first. */
  public List<Repaired> newest(long plan, int limit) throws SQLException {
    List<Repaired> repairs = new ArrayList<>();
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT r.id, s.schema_name || '.' || s.table_name, r.key, r.state, r.done, r.was::text
                  FROM migration.repair r JOIN migration.source_table s ON s.id = r.table_id
                 WHERE r.run_id = ? ORDER BY r.id DESC LIMIT ?
                """)) {
      select.setLong(1, plan);
      select.setInt(2, limit);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          repairs.add(
              new Repaired(
                  row.getLong(1),
                  row.getString(2),
                  List.of((String[]) row.getArray(3).getArray()),
                  row.getString(4),
                  row.getString(5),
                  row.getString(6)));
        }
      }
    }
    return repairs;
  }
}
