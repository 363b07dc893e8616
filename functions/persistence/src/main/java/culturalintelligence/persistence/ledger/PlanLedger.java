package culturalintelligence.persistence.ledger;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import culturalintelligence.domain.migration.Assessment;
import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.persistence.carried.CarriedTable;
import culturalintelligence.persistence.mapping.MappingDocument;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import culturalintelligence.persistence.source.SourceCatalog;
import culturalintelligence.persistence.source.SourceRows;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Plans: made once, stored, and looked at. */
@ApplicationScoped
public class PlanLedger {
  /** Rows of one chunk at most: some hundred milliseconds of work. */
  public static final int CHUNK_ROWS = 5_000;

  /** Bytes of one chunk, roughly, by the table's mean row: rows with pictures come in fewer. */
  private static final long CHUNK_BYTES = 16L << 20;

  private static final int LEAST_CHUNK_ROWS = 100;

  private static final String NEWEST =
      "SELECT max(id) FROM migration.run WHERE discarded_at IS NULL";

  private final SourceDatabase source;
  private final TargetDatabase target;
  private final ObjectMapper json =
      new ObjectMapper()
          // A record's components are its state; isText() and the like are answers about it.
          .setVisibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
          .setVisibility(PropertyAccessor.GETTER, JsonAutoDetect.Visibility.NONE)
          .setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);

  public PlanLedger(SourceDatabase source, TargetDatabase target) {
    this.source = source;
    this.target = target;
  }

  /** The plan there is, if one was made. */
  public OptionalLong newest() throws SQLException {
    try (Connection connection = target.open();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(NEWEST)) {
      row.next();
      long id = row.getLong(1);
      return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(id);
    }
  }

  /** A plan, and whether this call made it. */
  public record Planned(long plan, boolean created) {}

  /**
   * Makes the plan, in one transaction: tables, chunk bounds, the carried tables and views. A plan
   * that is there already is given back as it is: bounds are stored once.
   *
   * @throws SameDatabase when source and target are one database
   */
  public Planned plan() throws SQLException {
    try (Connection connection = target.open();
        Connection snapshot = source.snapshot()) {
      connection.setAutoCommit(false);
      if (SourceCatalog.identity(connection).equals(SourceCatalog.identity(snapshot))) {
        throw new SameDatabase();
      }
      try (Statement lock = connection.createStatement()) {
        // Two operators who plan at once: the second waits here and is given the first one's plan.
        lock.execute("LOCK TABLE migration.run IN SHARE ROW EXCLUSIVE MODE");
      }
      OptionalLong existing = newestIn(connection);
      if (existing.isPresent()) {
        return new Planned(existing.getAsLong(), false);
      }
      MappingLedger.Frozen frozen = MappingLedger.frozenOrProposed(connection, snapshot);
      long run = insertRun(connection, frozen.version());
      int nextChunk = 1;
      for (var mapped : frozen.fit(snapshot).entrySet()) {
        nextChunk =
            planTable(connection, snapshot, run, mapped.getKey(), mapped.getValue(), nextChunk);
      }
      connection.commit();
      return new Planned(run, true);
    }
  }

  /** What a plan would do with one table. */
  public record WouldBe(
      String table,
      String mapping,
      Assessment.Verdict verdict,
      List<String> reasons,
      long rows,
      int chunks) {}

  /**
   * A plan that is not made.
   *
   * @param changes what the source is now, against the plan there is; empty when there is none
   */
  public record DryRun(List<WouldBe> tables, List<String> changes) {}

  /** Looks at the source as a plan does, and writes nothing. */
  public DryRun dryRun() throws SQLException {
    List<WouldBe> tables = new ArrayList<>();
    List<SourceTable> found;
    try (Connection snapshot = source.snapshot()) {
      found = SourceCatalog.discover(snapshot);
      for (SourceTable table : found) {
        Assessment assessment = table.assess();
        boolean carried = assessment.verdict() != Assessment.Verdict.CANNOT;
        SourceRows.Cut cut = carried ? new SourceRows(table).cut(snapshot, chunkRows(table)) : null;
        tables.add(
            new WouldBe(
                table.qualifiedName(),
                carried ? Mapping.propose(table).name() : "none",
                assessment.verdict(),
                assessment.reasons(),
                cut == null ? 0 : cut.rows(),
                cut == null ? 0 : cut.ranges().size()));
      }
    }
    return new DryRun(tables, changes(found));
  }

  /** Which tables are new, gone or of another shape since the plan. */
  private List<String> changes(List<SourceTable> found) throws SQLException {
    List<String> changes = new ArrayList<>();
    OptionalLong plan = newest();
    if (plan.isEmpty()) {
      return changes;
    }
    Map<String, SourceTable> planned = new LinkedHashMap<>();
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(TABLE_SELECT + " WHERE run_id = ? ORDER BY id")) {
      select.setLong(1, plan.getAsLong());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          SourceTable table = read(row.getString("description"));
          planned.put(table.qualifiedName(), table);
        }
      }
    }
    for (SourceTable table : found) {
      SourceTable before = planned.remove(table.qualifiedName());
      if (before == null) {
        changes.add(table.qualifiedName() + " is new");
      } else if (!before.columns().equals(table.columns())) {
        changes.add(table.qualifiedName() + " has other columns");
      } else if (!before.key().equals(table.key())) {
        changes.add(table.qualifiedName() + " has another key");
      }
    }
    planned.keySet().forEach(name -> changes.add(name + " is gone"));
    return changes;
  }

  /** Source and target are one database, whatever the two addresses are called. */
  public static final class SameDatabase extends RuntimeException {
    SameDatabase() {
      super("METACRATE_URL and CULTURAL_INTELLIGENCE_URL lead to the same database");
    }
  }

  private static OptionalLong newestIn(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(NEWEST)) {
      row.next();
      long id = row.getLong(1);
      return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(id);
    }
  }

  private long insertRun(Connection connection, int mapping) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO migration.run (source, mapping_version, chunk_rows, mapping) VALUES (?, ?, ?, ?) RETURNING id")) {
      insert.setString(1, source.describe());
      insert.setInt(2, Mapping.VERSION);
      insert.setInt(3, CHUNK_ROWS);
      insert.setInt(4, mapping);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private int planTable(
      Connection connection,
      Connection snapshot,
      long run,
      SourceTable table,
      Optional<Mapping> said,
      int firstChunk)
      throws SQLException {
    Assessment assessment = table.assess();
    Mapping mapping = said.orElseGet(Mapping.Whole::new);
    boolean carried = said.isPresent() && assessment.verdict() != Assessment.Verdict.CANNOT;
    List<String> reasons = new ArrayList<>(assessment.reasons());
    if (said.isEmpty()) {
      reasons.add("the mapping leaves it out");
    }
    String name = CarriedTable.nameFor(table);
    SourceRows.Cut cut = carried ? new SourceRows(table).cut(snapshot, chunkRows(table)) : null;
    long id;
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO migration.source_table (run_id, schema_name, table_name, carried_name,
                   description, mapping, verdict, reasons, planned_rows, mapped)
            VALUES (?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?::jsonb) RETURNING id
            """)) {
      insert.setLong(1, run);
      insert.setString(2, table.schema());
      insert.setString(3, table.name());
      insert.setString(4, name);
      insert.setString(5, write(table));
      insert.setString(6, carried ? mapping.name() : "none");
      insert.setString(7, assessment.verdict().name());
      insert.setArray(8, connection.createArrayOf("text", reasons.toArray()));
      insert.setObject(9, cut == null ? null : cut.rows(), java.sql.Types.BIGINT);
      insert.setString(10, MappingDocument.write(table, mapping).toString());
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        id = row.getLong(1);
      }
    }
    if (cut == null) {
      return firstChunk;
    }
    new CarriedTable(table, mapping, name).create(connection);
    int next = firstChunk;
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO migration.chunk (run_id, id, table_id, after, up_to) VALUES (?, ?, ?, ?, ?)")) {
      for (var range : cut.ranges()) {
        insert.setLong(1, run);
        insert.setInt(2, next++);
        insert.setLong(3, id);
        insert.setArray(4, textArray(connection, range.after()));
        insert.setArray(5, textArray(connection, range.upTo()));
        insert.addBatch();
      }
      insert.executeBatch();
    }
    return next;
  }

  private static java.sql.@Nullable Array textArray(
      Connection connection, @Nullable List<String> values) throws SQLException {
    return values == null ? null : connection.createArrayOf("text", values.toArray());
  }

  private static int chunkRows(SourceTable table) {
    if (table.estimatedRows() <= 0 || table.totalBytes() <= 0) {
      return CHUNK_ROWS;
    }
    long meanRow = Math.max(1, table.totalBytes() / table.estimatedRows());
    return Math.clamp(CHUNK_BYTES / meanRow, LEAST_CHUNK_ROWS, CHUNK_ROWS);
  }

  /** A table of a plan. */
  public PlannedTable table(long tableId) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement select = connection.prepareStatement(TABLE_SELECT + " WHERE id = ?")) {
      select.setLong(1, tableId);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new IllegalStateException("no table " + tableId + " in the ledger");
        }
        return plannedTable(row);
      }
    }
  }

  /** The tables of a plan that are carried, in its order. */
  public List<PlannedTable> carriedTables(long plan) throws SQLException {
    List<PlannedTable> tables = new ArrayList<>();
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                TABLE_SELECT + " WHERE run_id = ? AND mapping <> 'none' ORDER BY id")) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          tables.add(plannedTable(row));
        }
      }
    }
    return tables;
  }

  private static final String TABLE_SELECT =
      "SELECT id, run_id, description, carried_name, verdict, reasons, mapped FROM migration.source_table";

  private PlannedTable plannedTable(ResultSet row) throws SQLException {
    SourceTable table = read(row.getString("description"));
    String mapped = row.getString("mapped");
    return new PlannedTable(
        row.getLong("id"),
        row.getLong("run_id"),
        table,
        row.getString("carried_name"),
        new Assessment(
            Assessment.Verdict.valueOf(row.getString("verdict")),
            List.of((String[]) row.getArray("reasons").getArray())),
        // A plan from before mappings were stored used the proposal.
        mapped == null ? Mapping.propose(table) : MappingDocument.mapping(table, mapped));
  }

  private String write(SourceTable table) {
    try {
      return json.writeValueAsString(table);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a table's description is always JSON", e);
    }
  }

  private SourceTable read(String description) {
    try {
      return json.readValue(description, SourceTable.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the ledger holds a description this version can't read", e);
    }
  }

  /**
   * Notes that the run is going on, and gives what is still to be done: the chunks that are not
   * copied, or else the step after the last one. Chunks that were given up are tried again.
   */
  public List<Chunk.Id> start(long plan) throws SQLException {
    return start(plan, LaidAside.LEAST_ROWS);
  }

  /**
   * The same.
   *
   * @param bulkRows from how many rows on the typed tables' indexes are made after the copy
   */
  public List<Chunk.Id> start(long plan, long bulkRows) throws SQLException {
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      ControlLedger.takeTurns(connection, plan);
      try (PreparedStatement update =
          connection.prepareStatement(
              """
              UPDATE migration.run
                 SET started_at = coalesce(started_at, now()), paused = false, cancelled_at = NULL
               WHERE id = ?
              """)) {
        update.setLong(1, plan);
        update.executeUpdate();
      }
      LaidAside.layAside(connection, plan, bulkRows);
      // Whether the reason is gone, the next look at the source says.
      try (PreparedStatement delete =
          connection.prepareStatement("DELETE FROM migration.stop WHERE run_id = ?")) {
        delete.setLong(1, plan);
        delete.executeUpdate();
      }
      try (PreparedStatement update =
          connection.prepareStatement(
              """
              UPDATE migration.chunk SET state = 'PENDING', failures = 0
               WHERE run_id = ? AND state = 'FAILED'
              """)) {
        update.setLong(1, plan);
        update.executeUpdate();
      }
      List<Chunk.Id> chunks = chunks(connection, plan, "state IN ('PENDING', 'CLAIMED')");
      if (chunks.isEmpty() && LaidAside.isPending(connection, plan)) {
        chunks.add(Chunk.Id.afterTheLast(plan));
      }
      connection.commit();
      return chunks;
    }
  }

  /** Holds the run, or lets it go on: workers ask before each chunk. */
  public void pause(long plan, boolean paused) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement update =
            connection.prepareStatement("UPDATE migration.run SET paused = ? WHERE id = ?")) {
      update.setBoolean(1, paused);
      update.setLong(2, plan);
      update.executeUpdate();
    }
  }

  /** Notes that a fresh comparison is wanted, and gives the chunks to compare. */
  public List<Chunk.Id> askForVerification(long plan) throws SQLException {
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      try (PreparedStatement update =
          connection.prepareStatement(
              "UPDATE migration.run SET verify_asked_at = clock_timestamp() WHERE id = ?")) {
        update.setLong(1, plan);
        update.executeUpdate();
      }
      List<Chunk.Id> chunks =
          chunks(
              connection,
              plan,
              "copied_at IS NOT NULL AND NOT " + AwayTables.condition("chunk.table_id"));
      connection.commit();
      return chunks;
    }
  }

  private static List<Chunk.Id> chunks(Connection connection, long plan, String condition)
      throws SQLException {
    List<Chunk.Id> chunks = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id FROM migration.chunk WHERE run_id = ? AND %s ORDER BY id"
                .formatted(condition))) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          chunks.add(new Chunk.Id(plan, row.getInt(1)));
        }
      }
    }
    return chunks;
  }
}
