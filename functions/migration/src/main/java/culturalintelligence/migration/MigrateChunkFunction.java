package culturalintelligence.migration;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.persistence.observability.Measures;
import culturalintelligence.persistence.queue.QueueBatch;
import io.quarkus.funqy.Funq;
import java.sql.SQLException;
import java.time.Duration;
import org.jboss.logging.Logger;

/** The function's edge: messages in, and which of them are to come again out. */
public class MigrateChunkFunction {
  private static final Logger LOG = Logger.getLogger(MigrateChunkFunction.class);

  private final ChunkCopy copy;
  private final Measures measures;

  MigrateChunkFunction(ChunkCopy copy, Measures measures) {
    this.copy = copy;
    this.measures = measures;
  }

  /**
   * Copies the chunks that the messages name, one after the other.
   *
   * @return the messages to deliver again
   */
  @Funq("migrate")
  public QueueBatch.Response migrate(QueueBatch batch) {
    return batch.forEach(this::copied);
  }

  private boolean copied(Chunk.Id id) {
    long begun = System.nanoTime();
    try {
      CopyOutcome outcome = copy.copy(id);
      LOG.debugf("chunk %s: %s", id, outcome);
      if (outcome instanceof CopyOutcome.Copied copied) {
        measures.copied(
            copied.rows(),
            copied.quarantined(),
            copied.bytes(),
            Duration.ofNanos(System.nanoTime() - begun));
      }
      return !outcome.deliverAgain();
    } catch (SQLException e) {
      LOG.warnf("chunk %s could not be claimed: %s", id, e.getMessage());
      return false;
    }
  }
}
