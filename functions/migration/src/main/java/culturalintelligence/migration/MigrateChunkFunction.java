package culturalintelligence.migration;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.ChunkQueue;
import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.persistence.queue.DeadLetters;
import culturalintelligence.persistence.queue.QueueBatch;
import io.quarkus.funqy.Funq;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/** The function's edge: messages in, and which of them are to come again out. */
public class MigrateChunkFunction {
  private static final Logger LOG = Logger.getLogger(MigrateChunkFunction.class);

  /** A worker that is sent away stays away that long, and the chunk that much longer. */
  private static final Duration BREATH = Duration.ofMillis(500);

  private static final Duration LATER = Duration.ofSeconds(3);

  private final ChunkCopy copy;
  private final ChunkQueue queue;
  private final DeadLetters deadLetters;

  MigrateChunkFunction(ChunkCopy copy, ChunkQueue queue, DeadLetters deadLetters) {
    this.copy = copy;
    this.queue = queue;
    this.deadLetters = deadLetters;
  }

  /**
   * Copies the chunks that the messages name, one after the other.
   *
   * @return the messages to deliver again
   */
  @Funq("migrate")
  public QueueBatch.Response migrate(QueueBatch batch) {
    return batch.forEach(this::copied, deadLetters.of(DeadLetters.COPY));
  }

  private boolean copied(Chunk.Id id) throws SQLException {
    CopyOutcome outcome = copy.copy(id);
    LOG.debugf("chunk %s: %s", id, outcome);
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
}
