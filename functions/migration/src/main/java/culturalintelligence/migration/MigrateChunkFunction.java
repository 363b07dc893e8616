package culturalintelligence.migration;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.persistence.queue.QueueBatch;
import io.quarkus.funqy.Funq;
import java.sql.SQLException;
import org.jboss.logging.Logger;

/** The function's edge: messages in, and which of them are to come again out. */
public class MigrateChunkFunction {
  private static final Logger LOG = Logger.getLogger(MigrateChunkFunction.class);

  private final ChunkCopy copy;

  MigrateChunkFunction(ChunkCopy copy) {
    this.copy = copy;
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
    try {
      CopyOutcome outcome = copy.copy(id);
      LOG.debugf("chunk %s: %s", id, outcome);
      return !outcome.deliverAgain();
    } catch (SQLException e) {
      LOG.warnf("chunk %s could not be claimed: %s", id, e.getMessage());
      return false;
    }
  }
}
