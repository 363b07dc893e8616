package culturalintelligence.verification;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.persistence.ledger.CheckLedger;
import culturalintelligence.persistence.ledger.ChunkLedger;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.verification.Comparisons;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.OffsetDateTime;

/**
 * Compares one chunk; and, when it was the last of its table to be compared, what only the whole
 * table shows.
 */
@ApplicationScoped
public class ChunkCheck {
  private final Comparisons comparisons;
  private final ChunkLedger chunks;
  private final CheckLedger checks;
  private final PlanLedger plans;

  public ChunkCheck(
      Comparisons comparisons, ChunkLedger chunks, CheckLedger checks, PlanLedger plans) {
    this.comparisons = comparisons;
    this.chunks = chunks;
    this.checks = checks;
    this.plans = plans;
  }

  /** What came of it. */
  public enum Result {
    EQUAL,
    DIFFERS,
    /** Equal where it could be compared; changes of some rows are still under way. */
    WAITING,
    /** There is nothing to compare: the chunk is not copied or not known, its old table retired. */
    NOTHING_TO_COMPARE
  }

  /** Compares the chunk and keeps the result in the ledger. */
  public Result check(Chunk.Id id) throws SQLException {
    Chunk chunk = chunks.find(id);
    if (chunk == null || !chunk.state().isCopied()) {
      return Result.NOTHING_TO_COMPARE;
    }
    PlannedTable table = plans.table(chunk.table());
    if (!checks.isComparable(table)) {
      return Result.NOTHING_TO_COMPARE;
    }
    OffsetDateTime began = checks.now();
    Comparisons.Outcome outcome = comparisons.chunk(table, chunk);
    checks.chunkChecked(chunk, began, outcome);
    if (checks.tableIsDue(chunk)) {
      OffsetDateTime tableBegan = checks.now();
      checks.tableChecked(table, tableBegan, comparisons.table(table));
    }
    return outcome.differences().stream().anyMatch(d -> d.verdict().counts())
        ? Result.DIFFERS
        : outcome.waiting() > 0 ? Result.WAITING : Result.EQUAL;
  }
}
