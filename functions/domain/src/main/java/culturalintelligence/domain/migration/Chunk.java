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
   * @param number unique in its plan, from 1; every migrated row carries it
   */
  public record Id(long plan, int number) {
    @Override
    public String toString() {
      return plan + "/" + number;
    }
  }
}
