package culturalintelligence.domain.library;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was asked of the service, and how it went: kept for a time, and summed for good. */
public interface RequestLog {

  /** Adds requests, all of them or none. */
  void append(List<Entry> entries);

  /** Sums over everything ever logged; a few rows are read, whatever their number. */
  Sums sums();

  /** How a request ended. */
  enum Outcome {
    /** Answered from what is held. */
    CACHED,
    /** A file was read. */
    ANALYSED,
    /** Answered with an error. */
    ERROR,
    /** Health, figures, listings. */
    OTHER
  }

  /**
   * One request.
   *
   * @param route its pattern, such as {@code POST /api/v3.2/file/analyze}; never a path or a hash
   * @param code of the failure, if it was one
   * @param items files it was about
   */
  record Entry(
      Instant at,
      String route,
      int status,
      Outcome outcome,
      @Nullable String code,
      long tookMicros,
      int items) {}

  /**
   * What was counted, in all.
   *
   * @param since when the counting began; null when nothing was counted yet
   */
  record Sums(long requests, long cached, long analysed, long errors, @Nullable Instant since) {
    public static final Sums NONE = new Sums(0, 0, 0, 0, null);
  }
}
