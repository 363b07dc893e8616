package culturalintelligence.domain.jobs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a worker that wants a batch is told. */
public sealed interface BatchClaim {

  /**
   * It is yours until the lease ends.
   *
   * @param files those not settled yet, in order
   * @param settled how many came before them
   * @param attempt the fence every settling must show
   * @param fruitless how many workers had it since something was last settled, this one included
   */
  record Granted(
      FileQueue.Work work,
      JobPurpose purpose,
      boolean forced,
      List<Asked> files,
      int settled,
      int attempt,
      int fruitless)
      implements BatchClaim {
    public Granted {
      files = List.copyOf(files);
    }
  }

  /** A file that is asked for, and the track it is asked for. */
  record Asked(String path, @Nullable Long trackId) {}

  /** Another worker has it; ask again later. */
  record LeasedElsewhere() implements BatchClaim {}

  /** It is done, or its job is over, or there never was such a batch. */
  record Over() implements BatchClaim {}
}
