package culturalintelligence.domain.library;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * MetaCrate's own rows, for as long as both systems answer. Nothing here ever fails a request: what
 * the old side does not say in good time it has not said.
 */
public interface OldLibrary {

  /** When the old side is asked at all. */
  enum Asked {
    /** The new side alone answers, or there is no old side. */
    NEVER,
    /** About files that are not known here yet. */
    WHEN_UNKNOWN,
    /** About every file: both sides answer, and the old answer is given. */
    ALWAYS
  }

  /** When the old side is asked now; from memory, and no older than some seconds. */
  Asked asked();

  /**
   * The old row of a path.
   *
   * @param known whether the file is known here: then only tables are asked whose both sides answer
   */
  Answer find(PathKey key, boolean known);

  /** What the old side says. */
  sealed interface Answer {
    /**
     * A row.
     *
     * @param table its number in the ledger; 0 before there is a plan
     * @param key of the row, part by part; empty for a row of a table without one
     * @param track what the row says in this system's terms; its number is 0
     */
    record Found(long table, List<String> key, KnownTrack track) implements Answer {
      public Found {
        key = List.copyOf(key);
      }
    }

    /** No row has that path. */
    record Absent() implements Answer {}

    /** It did not answer in time, or not at all. */
    record Silent() implements Answer {}
  }

  /** Has a row copied next, before those whose turn it is. Returns at once. */
  void bringForward(Answer.Found row);

  /**
   * Notes what both sides answered to one question. Returns at once.
   *
   * @param old a row, or silence; an absent row is nothing to compare with
   * @param ours null when the new side failed
   * @param failure why it did, as a stable code
   */
  void compared(
      PathKey key,
      Answer old,
      @Nullable KnownTrack ours,
      @Nullable String failure,
      long oldMicros,
      long newMicros);
}
