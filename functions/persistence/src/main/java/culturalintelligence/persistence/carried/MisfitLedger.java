package culturalintelligence.persistence.carried;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.persistence.mapping.Misfits;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Says in the ledger how many values of a chunk stayed in their carried rows alone, and why. */
final class MisfitLedger {
  private MisfitLedger() {}

  /** Counts of a copy; a drain, which belongs to no one chunk, does not change them. */
  static void write(Connection target, long tableId, Chunk.Id chunk, Misfits misfits)
      throws SQLException {
    if (misfits.isEmpty() || chunk.number() == 0) {
      return;
    }
    try (PreparedStatement insert =
        target.prepareStatement(
            """
            INSERT INTO migration.misfit AS m (table_id, run_id, chunk_id, field, source, reason, row_count)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (run_id, chunk_id, table_id, field, source, reason)
            DO UPDATE SET row_count = m.row_count + excluded.row_count
            """)) {
      for (var misfit : misfits.counts().entrySet()) {
        insert.setLong(1, tableId);
        insert.setLong(2, chunk.plan());
        insert.setInt(3, chunk.number());
        insert.setString(4, misfit.getKey().field());
        insert.setString(5, misfit.getKey().source());
        insert.setString(6, misfit.getKey().reason());
        insert.setLong(7, misfit.getValue());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
