package culturalintelligence.persistence.verification;

import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.persistence.carried.CarriedTable;
import culturalintelligence.persistence.ledger.AwayTables;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What can be asked of a part: how large a table is, which chunks it has, whose rows a file's are.
 */
@ApplicationScoped
public class Scans {
  private final TargetDatabase target;

  public Scans(TargetDatabase target) {
    this.target = target;
  }

  /** As many rows as the ledger knows of. */
  public long estimatedRows(PlannedTable table) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT greatest(coalesce(s.planned_rows, 0), coalesce(s.counted_source, 0))
                  FROM migration.source_table s WHERE s.id = ?
                """)) {
      select.setLong(1, table.id());
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }

  /** The chunks of a table that are copied. */
  public List<Chunk.Id> copiedChunks(PlannedTable table) throws SQLException {
    List<Chunk.Id> chunks = new ArrayList<>();
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id FROM migration.chunk WHERE table_id = ? AND copied_at IS NOT NULL ORDER BY id")) {
      select.setLong(1, table.id());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          chunks.add(new Chunk.Id(table.plan(), row.getInt(1)));
        }
      }
    }
    return chunks;
  }

  /**
   * The chunks whose comparison is getting old, after three quarters of the time it counts for, or
   * left rows waiting. Comparing them keeps a run verified without asking for everything at once.
   */
  public List<Chunk.Id> dueChunks(long plan) throws SQLException {
    List<Chunk.Id> chunks = new ArrayList<>();
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT c.id FROM migration.chunk c JOIN migration.run r ON r.id = c.run_id
                 WHERE c.run_id = ? AND c.copied_at IS NOT NULL AND NOT %s
                   AND (c.checked_at IS NULL OR c.waiting_rows > 0
                        OR c.checked_at < clock_timestamp() - r.stale_after * 0.75)
                 ORDER BY c.checked_at NULLS FIRST, c.id
                """
                    .formatted(AwayTables.condition("c.table_id")))) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          chunks.add(new Chunk.Id(plan, row.getInt(1)));
        }
      }
    }
    return chunks;
  }

  /** The keys of the carried rows of this path; none where a table knows no paths. */
  public Set<List<String>> keysOfPath(PlannedTable planned, String path) throws SQLException {
    ComparedTable table = new ComparedTable(planned);
    Set<List<String>> keys = new HashSet<>();
    if (table.tracks() == null) {
      return keys;
    }
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT %s FROM %s WHERE \"%s\" = ?::uuid"
                    .formatted(
                        table.rows().keyTexts(), table.carried().table(), CarriedTable.TRACK))) {
      select.setString(1, PathKey.of(path).digest().toString());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          keys.add(table.rows().key(row, 1));
        }
      }
    }
    return keys;
  }
}
