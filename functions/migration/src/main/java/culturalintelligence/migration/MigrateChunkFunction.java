package culturalintelligence.migration;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.ChunkQueue;
import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.persistence.capture.Drain;
import culturalintelligence.persistence.queue.QueueBatch;
import io.quarkus.funqy.Funq;
import java.sql.SQLException;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** The function's edge: messages in, and which of them are to come again out. */
public class MigrateChunkFunction {
  private static final Logger LOG = Logger.getLogger(MigrateChunkFunction.class);

  /** Before the schema is applied. */
  private static final String UNDEFINED_TABLE = "42P01";

  private final ChunkCopy copy;
  private final Drain drain;
  private final ChunkQueue queue;
  private final Duration drainTime;

  MigrateChunkFunction(
      ChunkCopy copy,
      Drain drain,
      ChunkQueue queue,
      // Less than the function may run: what is left by then is asked for by another message.
      @ConfigProperty(name = "migration.drain-time", defaultValue = "20s") Duration drainTime) {
    this.copy = copy;
    this.drain = drain;
    this.queue = queue;
    this.drainTime = drainTime;
  }

  /**
   * Copies the chunks that the messages name, and drains where they ask for it, one after the
   * other.
   *
   * @return the messages to deliver again
   */
  @Funq("migrate")
  public QueueBatch.Response migrate(QueueBatch batch) {
    return batch.forEach(this::copied, this::drained);
  }

  private boolean copied(Chunk.Id id) {
    try {
      CopyOutcome outcome = copy.copy(id);
      LOG.debugf("chunk %s: %s", id, outcome);
      return !outcome.deliverAgain();
    } catch (SQLException e) {
      LOG.warnf("chunk %s could not be claimed: %s", id, e.getMessage());
      return false;
    }
  }

  /** A drain that fails is not asked for again: the next one on the schedule does the same. */
  private boolean drained(long plan) {
    try {
      Drain.Drained drained = drain.drain(drainTime);
      LOG.debugf("drain: %s", drained);
      if (!drained.finished()) {
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
