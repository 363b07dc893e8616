package culturalintelligence.analysis.jobs;

import culturalintelligence.domain.jobs.FileQueue.Work;
import culturalintelligence.persistence.queue.QueueBatch;
import io.quarkus.funqy.Funq;
import java.sql.SQLException;
import org.jboss.logging.Logger;

/** The function's edge to the queue: messages in, and which of them are to come again out. */
public class AnalyseFilesFunction {
  private static final Logger LOG = Logger.getLogger(AnalyseFilesFunction.class);

  private final WalkWork walk;
  private final BatchWork batch;

  AnalyseFilesFunction(WalkWork walk, BatchWork batch) {
    this.walk = walk;
    this.batch = batch;
  }

  /**
   * Works on the walks and batches that the messages name, one after the other.
   *
   * @return the messages to deliver again
   */
  @Funq("analyse")
  public QueueBatch.Response analyse(QueueBatch messages) {
    return messages.forEachFileWork(this::done);
  }

  private boolean done(Work work) {
    try {
      return work.isWalk() ? walk.work(work.job()) : batch.work(work);
    } catch (SQLException e) {
      LOG.warnf("%s could not be worked on: %s", work, e.getMessage());
      return false;
    }
  }
}
