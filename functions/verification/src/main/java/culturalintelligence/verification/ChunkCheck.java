package culturalintelligence.verification;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.persistence.ledger.CheckLedger;
import culturalintelligence.persistence.ledger.ChunkLedger;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import culturalintelligence.persistence.verification.ChunkComparison;
import culturalintelligence.persistence.verification.TableComparison;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;

/**
 * Compares one chunk; and, when it was the last of its table to be compared, what only the whole
 * table shows.
 *
 * <p>Two databases share no snapshot. So what differs is looked at once more, in new snapshots, and
 * only the second look is kept: a change that was under way has arrived by then.
 */
@ApplicationScoped
public class ChunkCheck {
  private static final Duration SETTLING = Duration.ofMillis(200);

  private final SourceDatabase source;
  private final TargetDatabase target;
  private final ChunkLedger chunks;
  private final CheckLedger checks;
  private final PlanLedger plans;

  public ChunkCheck(
      SourceDatabase source,
      TargetDatabase target,
      ChunkLedger chunks,
      CheckLedger checks,
      PlanLedger plans) {
    this.source = source;
    this.target = target;
    this.chunks = chunks;
    this.checks = checks;
    this.plans = plans;
  }

  /** What came of it. */
  public enum Result {
    EQUAL,
    DIFFERS,
    /** There is nothing to compare: the chunk is not copied, or not known. */
    NOTHING_TO_COMPARE
  }

  /** Compares the chunk and keeps the result in the ledger. */
  public Result check(Chunk.Id id) throws SQLException {
    Chunk chunk = chunks.find(id);
    if (chunk == null || !chunk.state().isCopied()) {
      return Result.NOTHING_TO_COMPARE;
    }
    PlannedTable table = plans.table(chunk.table());
    OffsetDateTime began = checks.now();
    ChunkComparison.Outcome outcome = look(table, chunk);
    if (!outcome.differences().isEmpty()) {
      settle();
      outcome = look(table, chunk);
    }
    checks.chunkChecked(chunk, began, outcome.rows(), outcome.differences());
    if (checks.everyChunkChecked(chunk)) {
      checkTable(table);
    }
    return outcome.differences().isEmpty() ? Result.EQUAL : Result.DIFFERS;
  }

  private ChunkComparison.Outcome look(PlannedTable table, Chunk chunk) throws SQLException {
    try (Connection was = source.snapshot();
        Connection is = target.snapshot()) {
      return new ChunkComparison(was, is, table, chunk).compare();
    }
  }

  private void checkTable(PlannedTable table) throws SQLException {
    OffsetDateTime began = checks.now();
    try (Connection was = source.snapshot();
        Connection is = target.snapshot()) {
      checks.tableChecked(table, began, new TableComparison(was, is, table).compare());
    }
  }

  private static void settle() {
    try {
      Thread.sleep(SETTLING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
