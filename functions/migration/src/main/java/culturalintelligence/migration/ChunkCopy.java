package culturalintelligence.migration;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.ChunkQueue;
import culturalintelligence.domain.migration.Claim;
import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.domain.migration.Throttle;
import culturalintelligence.persistence.capture.Drift;
import culturalintelligence.persistence.capture.Drifted;
import culturalintelligence.persistence.carried.BinaryChunk;
import culturalintelligence.persistence.carried.ChunkWriter;
import culturalintelligence.persistence.ledger.ChunkLedger;
import culturalintelligence.persistence.ledger.LaidAside;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.ledger.StopLedger;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import culturalintelligence.persistence.source.SourceLoad;
import culturalintelligence.persistence.source.SourceRows;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
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

  private final SourceLoad load = new SourceLoad();

  /** What a plan says of a table never changes. */
  private final Map<Long, PlannedTable> tables = new ConcurrentHashMap<>();

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
    if (id.isAfterTheLast()) {
      return afterTheLast(id);
    }
    Connection opened;
    try {
      opened = target.open();
    } catch (SQLException e) {
      LOG.warnf("chunk %s waits: the target can't be reached: %s", id, e.getMessage());
      return new CopyOutcome.Later("the target can't be reached: " + e.getMessage());
    }
    try (Connection connection = opened) {
      String overload = overload(connection, id);
      if (overload != null) {
        ledger.slow(connection, id.plan(), overload);
        return new CopyOutcome.Later(overload);
      }
      return switch (ledger.claim(connection, id, worker, lease)) {
        case Claim.Granted granted -> attempt(connection, granted);
        case Claim.AlreadyCopied c -> new CopyOutcome.AlreadyDone();
        case Claim.LeasedElsewhere c -> new CopyOutcome.NotNow("another worker has it");
        case Claim.Paused c -> new CopyOutcome.Held("the run is paused");
        case Claim.Cancelled c -> new CopyOutcome.Held("the run is cancelled");
        case Claim.Throttled c -> {
          ledger.slow(connection, id.plan(), c.reason());
          yield new CopyOutcome.Later(c.reason());
        }
        case Claim.GivenUp c -> new CopyOutcome.GivenUp(c.reason());
        case Claim.Unknown c -> new CopyOutcome.GivenUp("the ledger knows no chunk " + id);
      };
    }
  }

  /** Why the source should be left alone for now, or null. */
  private @Nullable String overload(Connection connection, Chunk.Id id) throws SQLException {
    Throttle throttle = ledger.throttle(connection, id.plan());
    if (!throttle.looksAtTheSource()) {
      return null;
    }
    try (Connection looking = source.snapshot()) {
      return load.over(looking, throttle);
    } catch (SQLException e) {
      return "MetaCrate's database can't be asked how busy it is: " + e.getMessage();
    }
  }

  private CopyOutcome attempt(Connection connection, Claim.Granted granted) throws SQLException {
    Chunk.Id id = granted.chunk().id();
    CopyOutcome outcome;
    try {
      outcome = write(connection, granted);
    } catch (Drifted e) {
      stops.stop(e.plan(), e.table(), String.valueOf(e.getMessage()), e.next());
      close(connection);
      ledger.failed(id, granted.attempt(), String.valueOf(e.getMessage()));
      return new CopyOutcome.Retry(String.valueOf(e.getMessage()));
    } catch (SQLException | RuntimeException e) {
      LOG.warnf(e, "chunk %s failed", id);
      String reason = String.valueOf(e.getMessage());
      // Over a connection of its own: this one may be what failed. What it wrote ends with it.
      close(connection);
      String away = away(source::snapshot, "MetaCrate's database");
      if (away != null) {
        ledger.interrupted(id, granted.attempt(), away);
        return new CopyOutcome.Later(away);
      }
      ledger.failed(id, granted.attempt(), reason);
      return new CopyOutcome.Retry(reason);
    }
    if (outcome instanceof CopyOutcome.Copied) {
      askForVerification(id);
      askForTheLastStep(connection, id);
    }
    return outcome;
  }

  private CopyOutcome write(Connection writing, Claim.Granted granted) throws SQLException {
    Chunk chunk = granted.chunk();
    PlannedTable table = table(chunk.table());
    try (Connection snapshot = source.snapshot()) {
      writing.setAutoCommit(false);
      if (!ChunkLedger.fence(writing, granted.attempt())) {
        writing.rollback();
        return new CopyOutcome.Fenced();
      }
      Drift.holdAndCheck(snapshot, writing, table);
      ChunkWriter.Written written = rows(writing, snapshot, table, chunk);
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

  /** At one go where that is possible and nothing is refused, with more care otherwise. */
  private static ChunkWriter.Written rows(
      Connection writing, Connection snapshot, PlannedTable table, Chunk chunk)
      throws SQLException {
    boolean contentsLater = LaidAside.contentsComeLater(writing, chunk.id().plan());
    Optional<BinaryChunk> binary = BinaryChunk.of(table.carried());
    if (binary.isPresent()) {
      Optional<ChunkWriter.Written> written =
          binary
              .get()
              .write(writing, snapshot, chunk.range(), table.id(), chunk.id(), contentsLater);
      if (written.isPresent()) {
        return written.get();
      }
    }
    ChunkWriter writer = new ChunkWriter(writing, table.carried(), table.id(), chunk.id());
    if (contentsLater) {
      writer.leaveContents();
    }
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
    return writer.finish();
  }

  private PlannedTable table(long id) throws SQLException {
    PlannedTable known = tables.get(id);
    if (known == null) {
      known = plans.table(id);
      tables.put(id, known);
    }
    return known;
  }

  private interface Door {
    Connection open() throws SQLException;
  }

  /**
   * Why nobody is let in there just now, or null. A server that restarts is no failure of the chunk
   * that was being copied: five of those, and it would wait for an operator. Only a door that stays
   * shut counts as that; a chunk that breaks its connection each time fails as any other.
   */
  private static @Nullable String away(Door door, String whose) {
    try (Connection _ = door.open()) {
      return null;
    } catch (SQLException e) {
      return "%s can't be reached: %s".formatted(whose, e.getMessage());
    }
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debugf("a connection that failed could not be closed: %s", e.getMessage());
    }
  }

  /**
   * Whoever copied the last chunk asks for the step after it. When that message is lost, a start
   * asks again.
   */
  private void askForTheLastStep(Connection connection, Chunk.Id id) {
    try {
      if (ledger.lastStepIsDue(connection, id.plan())) {
        queue.copy(List.of(Chunk.Id.afterTheLast(id.plan())));
      }
    } catch (SQLException | RuntimeException e) {
      LOG.warnf(e, "chunk %s is copied, but the step after the last could not be asked for", id);
    }
  }

  private CopyOutcome afterTheLast(Chunk.Id id) throws SQLException {
    return switch (LaidAside.putBack(target, id.plan(), false)) {
      case DONE, TOO_EARLY -> new CopyOutcome.AlreadyDone();
      case ELSEWHERE -> new CopyOutcome.NotNow("another worker builds the indexes");
    };
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
