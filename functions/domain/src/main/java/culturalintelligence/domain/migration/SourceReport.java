package culturalintelligence.domain.migration;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found in a source database before anything is written: what can be carried, what will be
 * different, and what to do about the rest.
 *
 * @param warnings about the database as a whole
 * @param bytes of all tables that can be carried, with indexes
 * @param estimate how long a copy may take and by what figure; not measured here
 * @param room what the target's disk has and needs, as far as that can be seen
 * @param exact whether rows were counted and read, or only the catalogue
 */
public record SourceReport(
    String source,
    Server server,
    List<Table> tables,
    List<Other> others,
    List<String> warnings,
    long bytes,
    String estimate,
    String room,
    boolean exact) {

  /** The server and the database. */
  public record Server(
      String version,
      String encoding,
      String collation,
      String role,
      boolean standby,
      long bytes) {}

  /**
   * One table.
   *
   * @param reasons what stands in the way, or what will be different
   * @param notes what is not carried with its rows
   * @param rows counted; null when nobody asked
   * @param unreadable rows whose bytes are no text, which quarantine will hold; null when nobody
   *     asked
   * @param misfits values that no typed field can take; null when nobody asked
   */
  public record Table(
      String table,
      Assessment.Verdict verdict,
      List<String> reasons,
      List<String> notes,
      List<String> key,
      int columns,
      long estimatedRows,
      long totalBytes,
      String mapping,
      @Nullable Long rows,
      @Nullable Long unreadable,
      @Nullable List<Misfit> misfits) {}

  /** Values of one column that stay in the carried row alone. */
  public record Misfit(String field, String source, String reason, long rows) {}

  /** Something of a music table's name that is no table of its own. */
  public record Other(String name, String kind, String sentence) {}
}
