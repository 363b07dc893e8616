package culturalintelligence.domain.jobs;

import java.util.List;

/** Where the batches of files wait. Messages may come twice, late and in any order. */
public interface FileQueue {

  /** Asks for these pieces of work to be done. */
  void send(List<Work> work);

  /**
   * One piece of a job.
   *
   * @param batch from 1; 0 is the walk that makes the batches
   */
  record Work(long job, int batch) {
    public static final int WALK = 0;

    public static Work walk(long job) {
      return new Work(job, WALK);
    }

    public boolean isWalk() {
      return batch == WALK;
    }

    @Override
    public String toString() {
      return isWalk() ? "walk of job " + job : "batch " + job + "/" + batch;
    }
  }
}
