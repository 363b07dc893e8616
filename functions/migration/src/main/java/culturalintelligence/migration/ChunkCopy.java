package culturalintelligence.migration;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.ChunkQueue;
import culturalintelligence.domain.migration.Claim;
import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.persistence.capture.Drift;
import culturalintelligence.persistence.capture.Drifted;
import culturalintelligence.persistence.carried.ChunkWriter;
import culturalintelligence.persistence.ledger.ChunkLedger;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.ledger.StopLedger;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import culturalintelligence.persistence.source.SourceRows;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.postgresql.copy.CopyOut;

/**
 * Copies one chunk, from claim to ledger. The order of the steps is the protocol's, and each is
 * there for a reason a test shows: the attempt is committed <em>before</em> the source is looked
 * at, the fence is taken <em>before</em> anything is written, and rows and ledger go in one
 * transaction.
 */
@ApplicationScoped
public class ChunkCopy {
  private static final Logger LOG = Logger.getLogger(ChunkCopy.class);

  private final SourceDatabase source;
  private final TargetDatabase target;
  private final ChunkLedger ledger;
  private final PlanLedger plans;
  private final ChunkQueue queue;
  private final StopLedger stops;
  private final Duration lease;
  private final String worker = UUID.randomUUID().toString();

  public ChunkCopy(
      SourceDatabase source,
      TargetDatabase target,
      ChunkLedger ledger,
      PlanLedger plans,
      ChunkQueue queue,
      StopLedger stops,
      // No longer than the function may run: whoever outlives its lease has been stopped.
      @ConfigProperty(name = "migration.lease", defaultValue = "60s") Duration lease) {
    this.source = source;
    this.target = target;
    this.ledger = ledger;
    this.plans = plans;
    this.queue = queue;
    this.stops = stops;
    this.lease = lease;
  }

  /** Copies the chunk unless somebody did, or does. */
  public CopyOutcome copy(Chunk.Id id) throws SQLException {
    return switch (ledger.claim(id, worker, lease)) {
      case Claim.Granted granted -> attempt(granted);
      case Claim.AlreadyCopied c -> new CopyOutcome.AlreadyDone();
      case Claim.LeasedElsewhere c -> new CopyOutcome.NotNow("another worker has it");
      case Claim.Paused c -> new CopyOutcome.NotNow("the run is paused");
      case Claim.GivenUp c -> new CopyOutcome.GivenUp(c.reason());
      case Claim.Unknown c -> new CopyOutcome.GivenUp("the ledger knows no chunk " + id);
    };
  }

  private CopyOutcome attempt(Claim.Granted granted) throws SQLException {
    Chunk.Id id = granted.chunk().id();
    CopyOutcome outcome;
    try {
      outcome = write(granted);
    } catch (Drifted e) {
      stops.stop(e.plan(), e.table(), String.valueOf(e.getMessage()), e.next());
      ledger.failed(id, granted.attempt(), String.valueOf(e.getMessage()));
      return new CopyOutcome.Retry(String.valueOf(e.getMessage()));
    } catch (SQLException | RuntimeException e) {
      LOG.warnf(e, "chunk %s failed", id);
      String reason = String.valueOf(e.getMessage());
      ledger.failed(id, granted.attempt(), reason);
      return new CopyOutcome.Retry(reason);
    }
    if (outcome instanceof CopyOutcome.Copied) {
      askForVerification(id);
    }
    return outcome;
  }

  private CopyOutcome write(Claim.Granted granted) throws SQLException {
    Chunk chunk = granted.chunk();
    PlannedTable table = plans.table(chunk.table());
    try (Connection snapshot = source.snapshot();
        Connection writing = target.open()) {
      writing.setAutoCommit(false);
      if (!ChunkLedger.fence(writing, granted.attempt())) {
        return new CopyOutcome.Fenced();
      }
      Drift.holdAndCheck(snapshot, writing, table);
      ChunkWriter writer = new ChunkWriter(writing, table.carried(), table.id(), chunk.id());
      CopyOut rows = new SourceRows(table.source()).copyOut(snapshot, chunk.range());
      try {
        for (byte[] row = rows.readFromCopy(); row != null; row = rows.readFromCopy()) {
          writer.add(row);
        }
      } finally {
        if (rows.isActive()) {
          rows.cancelCopy();
        }
      }
      ChunkWriter.Written written = writer.finish();
      ChunkLedger.copied(
          writing,
          chunk.id(),
          granted.attempt(),
          written.migrated(),
          written.quarantined(),
          written.bytes());
      writing.commit();
      return new CopyOutcome.Copied(written.migrated(), written.quarantined(), written.bytes());
    }
  }

  /** The copy stands whether or not this gets through: a chunk nobody compared says so itself. */
  private void askForVerification(Chunk.Id id) {
    try {
      queue.verify(List.of(id));
    } catch (RuntimeException e) {
      LOG.warnf(e, "chunk %s is copied, but its comparison could not be asked for", id);
    }
  }
}
