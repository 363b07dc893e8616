package culturalintelligence.migration;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.ChunkQueue;
import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.persistence.capture.Drain;
import culturalintelligence.persistence.observability.Measures;
import culturalintelligence.persistence.phase.BackDrain;
import culturalintelligence.persistence.queue.DeadLetters;
import culturalintelligence.persistence.queue.QueueBatch;
import io.quarkus.funqy.Funq;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** The function's edge: messages in, and which of them are to come again out. */
public class MigrateChunkFunction {
  private static final Logger LOG = Logger.getLogger(MigrateChunkFunction.class);

  /** Before the schema is applied. */
  private static final String UNDEFINED_TABLE = "42P01";

  /** A worker that is sent away stays away that long, and the chunk that much longer. */
  private static final Duration BREATH = Duration.ofMillis(500);

  private static final Duration LATER = Duration.ofSeconds(3);

  private final ChunkCopy copy;
  private final Drain drain;
  private final BackDrain back;
  private final ChunkQueue queue;
  private final DeadLetters deadLetters;
  private final Duration drainTime;
  private final Measures measures;

  MigrateChunkFunction(
      ChunkCopy copy,
      Drain drain,
      BackDrain back,
      ChunkQueue queue,
      DeadLetters deadLetters,
      // Less than the function may run: what is left by then is asked for by another message.
      @ConfigProperty(name = "migration.drain-time", defaultValue = "20s") Duration drainTime,
      Measures measures) {
    this.copy = copy;
    this.drain = drain;
    this.back = back;
    this.queue = queue;
    this.deadLetters = deadLetters;
    this.drainTime = drainTime;
    this.measures = measures;
  }

  /**
   * Copies the chunks that the messages name, and drains where they ask for it, one after the
   * other.
   *
   * @return the messages to deliver again
   */
  @Funq("migrate")
  public QueueBatch.Response migrate(QueueBatch batch) {
    return batch.forEach(this::copied, this::drained, deadLetters.of(DeadLetters.COPY));
  }

  private boolean copied(Chunk.Id id) throws SQLException {
    long begun = System.nanoTime();
    CopyOutcome outcome = copy.copy(id);
    LOG.debugf("chunk %s: %s", id, outcome);
    if (outcome instanceof CopyOutcome.Copied copied) {
      measures.copied(
          copied.rows(),
          copied.quarantined(),
          copied.bytes(),
          Duration.ofNanos(System.nanoTime() - begun));
    }
    if (outcome instanceof CopyOutcome.Later) {
      // A message of its own: this one's deliveries are counted, and waiting is no failure.
      breathe();
      queue.copyLater(List.of(id), LATER);
    }
    return !outcome.deliverAgain();
  }

  private static void breathe() {
    try {
      Thread.sleep(BREATH);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What was written on the new side goes first: the drain passes over every key that waits to. */
  private boolean goneBack() {
    try {
      BackDrain.Back gone = back.drain(drainTime);
      LOG.debugf("back drain: %s", gone);
      return gone.finished();
    } catch (SQLException e) {
      if (UNDEFINED_TABLE.equals(e.getSQLState())) {
        LOG.debugf("nothing to bring back yet: %s", e.getMessage());
      } else {
        LOG.warnf("changes could not be brought back to the old tables: %s", e.getMessage());
      }
      return true;
    }
  }

  /** A drain that fails is not asked for again: the next one on the schedule does the same. */
  private boolean drained(long plan) {
    boolean wentBack = goneBack();
    try {
      Drain.Drained drained = drain.drain(drainTime);
      LOG.debugf("drain: %s", drained);
      if (drained.stopped() == null) {
        measures.outbox(drained.waiting(), drained.oldest());
      }
      if (!drained.finished() || !wentBack) {
        queue.drain(plan);
      }
    } catch (SQLException e) {
      if (UNDEFINED_TABLE.equals(e.getSQLState())) {
        LOG.debugf("nothing to drain yet: %s", e.getMessage());
      } else {
        LOG.warnf("changes could not be drained: %s", e.getMessage());
      }
    }
    return true;
  }
}
