package culturalintelligence.domain.migration;

import java.time.Duration;
import java.util.List;

/** Where the work waits. Messages may come twice, late and in any order: the ledger decides. */
public interface ChunkQueue {

  /** Asks for these chunks to be copied. */
  void copy(List<Chunk.Id> chunks);

  /** Asks for these chunks to be copied, not before that time has passed. */
  default void copyLater(List<Chunk.Id> chunks, Duration delay) {
    copy(chunks);
  }

  /** Asks for these chunks to be compared. */
  void verify(List<Chunk.Id> chunks);

  /** Asks for the captured changes of that plan to be drained. */
  void drain(long plan);
}
