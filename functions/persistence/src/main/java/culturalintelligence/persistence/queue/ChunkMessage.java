package culturalintelligence.persistence.queue;

import com.fasterxml.jackson.annotation.JsonProperty;
import culturalintelligence.domain.migration.Chunk;

/**
 * What a message says: a version, a plan and a chunk, and nothing else. What is to be done with the
 * chunk, the ledger knows.
 */
public record ChunkMessage(
    @JsonProperty(value = "version", required = true) int version,
    @JsonProperty(value = "plan", required = true) long plan,
    @JsonProperty(value = "chunk", required = true) int chunk) {
  public static final int VERSION = 1;

  /** The message for a chunk. */
  public static ChunkMessage of(Chunk.Id id) {
    return new ChunkMessage(VERSION, id.plan(), id.number());
  }

  /**
   * The chunk that is meant.
   *
   * @throws Malformed when the message can't be meant for this version
   */
  public Chunk.Id id() {
    if (version != VERSION) {
      throw new Malformed("version %d, expected %d".formatted(version, VERSION));
    }
    if (plan <= 0 || chunk < 0) {
      throw new Malformed("a plan is greater than 0, a chunk not less than 0");
    }
    return new Chunk.Id(plan, chunk);
  }

  /** The message will never be right, however often it comes. */
  public static final class Malformed extends RuntimeException {
    public Malformed(String reason) {
      super("not a chunk message: " + reason);
    }
  }
}
