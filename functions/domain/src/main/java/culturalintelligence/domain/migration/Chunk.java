package culturalintelligence.domain.migration;

/**
 * One piece of one table's copy.
 *
 * @param table the table's number in the ledger
 */
public record Chunk(Id id, long table, KeyRange range, ChunkState state) {

  /**
   * What a queue message names.
   *
   * @param number unique in its plan, from 1; every migrated row carries it. 0 names no chunk but
   *     what is done after the last one
   */
  public record Id(long plan, int number) {
    /** What is done after the plan's last chunk. */
    public static Id afterTheLast(long plan) {
      return new Id(plan, 0);
    }

    public boolean isAfterTheLast() {
      return number == 0;
    }

    @Override
    public String toString() {
      return plan + "/" + number;
    }
  }
}
