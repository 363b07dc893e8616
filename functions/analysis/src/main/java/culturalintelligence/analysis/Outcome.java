package culturalintelligence.analysis;

import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.library.KnownTrack;

/** What came of a request about one file. */
public sealed interface Outcome {

  /**
   * A track, as it is held.
   *
   * @param wasRead whether the file was read for this, though the answer may be the one held
   *     before: a file touched and not changed
   */
  record Answered(KnownTrack track, Source source, boolean wasRead) implements Outcome {}

  /**
   * No answer.
   *
   * @param path as sent; empty when none was
   */
  record Failed(Failure failure, String path) implements Outcome {}

  /** Where an answer comes from. */
  enum Source {
    /** The file was read for this request. */
    REALTIME_ANALYSIS("realtime_analysis"),
    /** From the database. */
    CACHED("cached"),
    /** From a row of MetaCrate's that is not migrated yet. */
    METACRATE("metacrate");

    private final String text;

    Source(String text) {
      this.text = text;
    }

    /** The contract's word. */
    public String text() {
      return text;
    }
  }
}
