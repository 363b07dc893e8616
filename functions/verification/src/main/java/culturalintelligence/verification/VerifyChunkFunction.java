package culturalintelligence.verification;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.persistence.queue.QueueBatch;
import io.quarkus.funqy.Funq;
import java.sql.SQLException;
import org.jboss.logging.Logger;

/** The function's edge: messages in, and which of them are to come again out. */
public class VerifyChunkFunction {
  private static final Logger LOG = Logger.getLogger(VerifyChunkFunction.class);

  private final ChunkCheck check;

  VerifyChunkFunction(ChunkCheck check) {
    this.check = check;
  }

  /**
   * Compares the chunks that the messages name, one after the other.
   *
   * @return the messages to deliver again
   */
  @Funq("verify")
  public QueueBatch.Response verify(QueueBatch batch) {
    return batch.forEach(this::checked);
  }

  /** A difference is an answer; only what could not be compared comes again. */
  private boolean checked(Chunk.Id id) {
    try {
      LOG.debugf("chunk %s: %s", id, check.check(id));
      return true;
    } catch (SQLException e) {
      LOG.warnf("chunk %s could not be compared: %s", id, e.getMessage());
      return false;
    }
  }
}
