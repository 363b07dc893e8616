package culturalintelligence.persistence.queue;

import culturalintelligence.domain.jobs.FileQueue.Work;

/** What a message of the file queue says: a version, a job and a batch; batch 0 is the walk. */
public record FileMessage(int version, long job, int batch) {
  public static final int VERSION = 1;

  static FileMessage of(Work work) {
    return new FileMessage(VERSION, work.job(), work.batch());
  }

  /**
   * The work that is meant.
   *
   * @throws ChunkMessage.Malformed when the message can't be meant for this version
   */
  public Work work() {
    if (version != VERSION) {
      throw new ChunkMessage.Malformed("version %d, expected %d".formatted(version, VERSION));
    }
    if (job <= 0 || batch < 0) {
      throw new ChunkMessage.Malformed("job must be greater than 0, batch at least 0");
    }
    return new Work(job, batch);
  }
}
