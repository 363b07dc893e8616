package culturalintelligence.persistence.ledger;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.List;
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
  public void chunkChecked(
      Chunk chunk, OffsetDateTime began, long rows, List<Difference> differences)
      throws SQLException {
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      try (PreparedStatement update =
          connection.prepareStatement(
              """
              UPDATE migration.chunk
                 SET state = ?, checked_at = ?, checked_rows = ?
               WHERE run_id = ? AND id = ? AND state IN ('COPIED', 'VERIFIED', 'MISMATCH')
                 AND (checked_at IS NULL OR checked_at < ?)
              """)) {
        update.setString(1, differences.isEmpty() ? "VERIFIED" : "MISMATCH");
        update.setObject(2, began);
        update.setLong(3, rows);
        update.setLong(4, chunk.id().plan());
        update.setInt(5, chunk.id().number());
        update.setObject(6, began);
        if (update.executeUpdate() == 1) {
          replace(connection, chunk.id().plan(), chunk.table(), chunk.id().number(), differences);
        }
      }
      connection.commit();
    }
  }

  /** Whether every chunk of the table was compared since the newest request. */
  public boolean everyChunkChecked(Chunk chunk) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT bool_and(c.checked_at IS NOT NULL
                                AND c.checked_at >= coalesce(r.verify_asked_at, '-infinity'))
                  FROM migration.chunk c JOIN migration.run r ON r.id = c.run_id
                 WHERE c.table_id = ?
                """)) {
      select.setLong(1, chunk.table());
      try (ResultSet row = select.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** Keeps the result of what was compared for a table as a whole. */
  public void tableChecked(PlannedTable table, OffsetDateTime began, List<Difference> differences)
      throws SQLException {
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      try (PreparedStatement update =
          connection.prepareStatement(
              """
              UPDATE migration.source_table SET checked_at = ?, check_result = ?
               WHERE id = ? AND (checked_at IS NULL OR checked_at < ?)
              """)) {
        update.setObject(1, began);
        update.setString(2, differences.isEmpty() ? "EQUAL" : "DIFFERS");
        update.setLong(3, table.id());
        update.setObject(4, began);
        if (update.executeUpdate() == 1) {
          replace(connection, table.plan(), table.id(), null, differences);
        }
      }
      connection.commit();
    }
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
            """)) {
      delete.setLong(1, plan);
      delete.setLong(2, table);
      delete.setObject(3, chunk, Types.INTEGER);
      delete.executeUpdate();
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO migration.difference
                   (run_id, table_id, chunk_id, kind, key, column_name, json_path, how,
                    source_value, target_value)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
