package culturalintelligence.persistence.queue;

/**
 * Asks for the captured changes of a plan to be drained: {@code
 * {"version":1,"plan":1,"drain":true}}.
 *
 * @param plan 0 for the newest, since a schedule knows no number
 */
public record DrainMessage(int version, long plan, boolean drain) {
  public static final int VERSION = 1;

  /** The message for a plan. */
  public static DrainMessage of(long plan) {
    return new DrainMessage(VERSION, plan, true);
  }

  /**
   * The plan that is meant.
   *
   * @throws ChunkMessage.Malformed when the message can't be meant for this version
   */
  public long plan(String body) {
    if (version != VERSION || !drain || plan < 0) {
      throw new ChunkMessage.Malformed("no drain of version %d: %s".formatted(VERSION, body));
    }
    return plan;
  }
}
