package culturalintelligence.persistence.ledger;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.persistence.postgres.TargetDatabase;
import culturalintelligence.persistence.verification.Comparisons;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What comparisons found. A result replaces the one before it in one transaction, and is dated by
 * when its comparison began: only then is what it says younger than the question.
 */
@ApplicationScoped
public class CheckLedger {
  /** Values are kept for people; the rows themselves are in their tables. */
  private static final int LONGEST_VALUE = 300;

  private final TargetDatabase target;

  public CheckLedger(TargetDatabase target) {
    this.target = target;
  }

  /** The target's clock, by which results are dated. */
  public OffsetDateTime now() throws SQLException {
    try (Connection connection = target.open();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT clock_timestamp()")) {
      row.next();
      return row.getObject(1, OffsetDateTime.class);
    }
  }

  /** Keeps a chunk's result. */
  public void chunkChecked(Chunk chunk, OffsetDateTime began, Comparisons.Outcome outcome)
      throws SQLException {
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      try (PreparedStatement update =
          connection.prepareStatement(
              """
              UPDATE migration.chunk
                 SET state = ?, checked_at = ?, checked_rows = ?, waiting_rows = ?
               WHERE run_id = ? AND id = ? AND state IN ('COPIED', 'VERIFIED', 'MISMATCH')
                 AND (checked_at IS NULL OR checked_at < ?)
              """)) {
        update.setString(
            1,
            speaks(outcome.differences())
                ? "MISMATCH"
                : outcome.waiting() > 0 ? "COPIED" : "VERIFIED");
        update.setObject(2, began);
        update.setLong(3, outcome.rows());
        update.setLong(4, outcome.waiting());
        update.setLong(5, chunk.id().plan());
        update.setInt(6, chunk.id().number());
        update.setObject(7, began);
        if (update.executeUpdate() == 1) {
          replace(
              connection,
              chunk.id().plan(),
              chunk.table(),
              chunk.id().number(),
              outcome.differences());
        }
      }
      connection.commit();
    }
  }

  /** An equivalent difference is listed and does not speak against the migration. */
  private static boolean speaks(List<Difference> differences) {
    return differences.stream().anyMatch(difference -> difference.verdict().counts());
  }

  /** Whether there is an old table to compare with: it is not once it is retired. */
  public boolean isComparable(PlannedTable table) throws SQLException {
    try (Connection connection = target.open()) {
      return !AwayTables.isAway(connection, table.id());
    }
  }

  /**
   * Whether the table as a whole is to be compared now: every chunk was since the newest request,
   * and every one since the table was, so that it is done once a round; or the table differed, and
   * what differed may be mended.
   */
  public boolean tableIsDue(Chunk chunk) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT bool_and(c.checked_at IS NOT NULL
                                AND c.checked_at >= coalesce(r.verify_asked_at, '-infinity'))
                       AND (bool_and(c.checked_at > coalesce(s.checked_at, '-infinity'))
                            OR s.check_result = 'DIFFERS'
                               AND s.checked_at < clock_timestamp() - interval '2 seconds')
                  FROM migration.chunk c
                  JOIN migration.run r ON r.id = c.run_id
                  JOIN migration.source_table s ON s.id = c.table_id
                 WHERE c.table_id = ?
                 GROUP BY s.id
                """)) {
      select.setLong(1, chunk.table());
      try (ResultSet row = select.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /**
   * Keeps the result of what was compared for a table as a whole. With every chunk compared before
   * it, this answers all that an older scan of buckets had asked.
   */
  public void tableChecked(
      PlannedTable table, OffsetDateTime began, Comparisons.TableOutcome outcome)
      throws SQLException {
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      try (PreparedStatement update =
          connection.prepareStatement(
              """
              UPDATE migration.source_table
                 SET checked_at = ?, check_result = ?, counted_source = ?, counted_migrated = ?,
                     counted_quarantined = ?, counted_at = ?
               WHERE id = ? AND (checked_at IS NULL OR checked_at < ?)
              """)) {
        update.setObject(1, began);
        update.setString(2, speaks(outcome.differences()) ? "DIFFERS" : "EQUAL");
        update.setLong(3, outcome.counts().source());
        update.setLong(4, outcome.counts().migrated());
        update.setLong(5, outcome.counts().quarantined());
        update.setObject(6, began);
        update.setLong(7, table.id());
        update.setObject(8, began);
        if (update.executeUpdate() == 1) {
          replace(connection, table.plan(), table.id(), null, outcome.differences());
          deleteBucketFindings(connection, table.id());
        }
      }
      connection.commit();
    }
  }

  /** Keeps the result of a scan of bucket sums. */
  public void bucketsChecked(
      PlannedTable table, OffsetDateTime began, Comparisons.BucketOutcome outcome)
      throws SQLException {
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      try (PreparedStatement update =
          connection.prepareStatement(
              """
              UPDATE migration.source_table
                 SET scanned_at = ?, scan_result = ?, scan_buckets = ?, scan_buckets_differ = ?,
                     scan_rows_fetched = ?, scan_seconds = ?
               WHERE id = ? AND (scanned_at IS NULL OR scanned_at < ?)
              """)) {
        update.setObject(1, began);
        update.setString(
            2,
            speaks(outcome.differences()) || outcome.unopened() > 0
                ? "DIFFERS"
                : outcome.waiting() > 0 ? "WAITING" : "EQUAL");
        update.setLong(3, outcome.buckets());
        update.setLong(4, outcome.differing());
        update.setLong(5, outcome.fetched());
        update.setDouble(6, outcome.seconds());
        update.setLong(7, table.id());
        update.setObject(8, began);
        if (update.executeUpdate() == 1) {
          deleteBucketFindings(connection, table.id());
          insert(
              connection,
              table.plan(),
              table.id(),
              null,
              "BUCKETS",
              notNamedYet(connection, table.id(), outcome.differences()));
        }
      }
      connection.commit();
    }
  }

  private static void deleteBucketFindings(Connection connection, long table) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM migration.difference WHERE table_id = ? AND found_by = 'BUCKETS'")) {
      delete.setLong(1, table);
      delete.executeUpdate();
    }
  }

  /** One difference is one difference, whoever found it. */
  private static List<Difference> notNamedYet(
      Connection connection, long table, List<Difference> differences) throws SQLException {
    Set<List<String>> named = new HashSet<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT DISTINCT key FROM migration.difference WHERE table_id = ? AND key IS NOT NULL")) {
      select.setLong(1, table);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          named.add(List.of((String[]) row.getArray(1).getArray()));
        }
      }
    }
    return differences.stream().filter(d -> !named.contains(d.key())).toList();
  }

  private static void replace(
      Connection connection,
      long plan,
      long table,
      @Nullable Integer chunk,
      List<Difference> differences)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            """
            DELETE FROM migration.difference
             WHERE run_id = ? AND table_id = ? AND chunk_id IS NOT DISTINCT FROM ?
               AND found_by = 'ROWS'
            """)) {
      delete.setLong(1, plan);
      delete.setLong(2, table);
      delete.setObject(3, chunk, Types.INTEGER);
      delete.executeUpdate();
    }
    insert(connection, plan, table, chunk, "ROWS", differences);
  }

  private static void insert(
      Connection connection,
      long plan,
      long table,
      @Nullable Integer chunk,
      String foundBy,
      List<Difference> differences)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO migration.difference
                   (run_id, table_id, chunk_id, kind, key, column_name, json_path, how,
                    source_value, target_value, verdict, found_by)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)) {
      for (Difference difference : differences) {
        insert.setLong(1, plan);
        insert.setLong(2, table);
        insert.setObject(3, chunk, Types.INTEGER);
        insert.setString(4, difference.kind().name());
        insert.setArray(
            5,
            difference.key().isEmpty()
                ? null
                : connection.createArrayOf("text", difference.key().toArray()));
        insert.setString(6, difference.column());
        insert.setString(7, difference.path());
        insert.setString(8, difference.how() == null ? null : difference.how().name());
        insert.setString(9, cut(difference.sourceValue()));
        insert.setString(10, cut(difference.targetValue()));
        insert.setString(11, difference.verdict().name());
        insert.setString(12, foundBy);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static @Nullable String cut(@Nullable String value) {
    if (value == null || value.length() <= LONGEST_VALUE) {
      return value;
    }
    int end = value.offsetByCodePoints(0, value.codePointCount(0, LONGEST_VALUE));
    return value.substring(0, end) + "… (" + value.length() + " characters)";
  }
}
