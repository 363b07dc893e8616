package culturalintelligence.verification;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.persistence.observability.Measures;
import culturalintelligence.persistence.queue.QueueBatch;
import io.quarkus.funqy.Funq;
import java.sql.SQLException;
import java.time.Duration;
import org.jboss.logging.Logger;

/** The function's edge: messages in, and which of them are to come again out. */
public class VerifyChunkFunction {
  private static final Logger LOG = Logger.getLogger(VerifyChunkFunction.class);

  private final ChunkCheck check;
  private final Measures measures;

  VerifyChunkFunction(ChunkCheck check, Measures measures) {
    this.check = check;
    this.measures = measures;
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
    long begun = System.nanoTime();
    try {
      ChunkCheck.Result result = check.check(id);
      LOG.debugf("chunk %s: %s", id, result);
      if (result != ChunkCheck.Result.NOTHING_TO_COMPARE) {
        measures.compared(
            result == ChunkCheck.Result.EQUAL, Duration.ofNanos(System.nanoTime() - begun));
      }
      return true;
    } catch (SQLException e) {
      LOG.warnf("chunk %s could not be compared: %s", id, e.getMessage());
      return false;
    }
  }
}
