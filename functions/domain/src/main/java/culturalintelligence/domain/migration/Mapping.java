package culturalintelligence.domain.migration;

import java.util.Optional;

/**
 * What becomes of a table's columns. Whatever the typed music tables carry exactly is not kept
 * twice; everything else is kept beside them in the source's own type.
 */
public sealed interface Mapping {
  /** Counts up with every change of what a mapping makes of a row. */
  int VERSION = 1;

  /** The stable name in the ledger. */
  String name();

  /** Every column is kept as it is; nothing is derived. */
  record Whole() implements Mapping {
    @Override
    public String name() {
      return "whole";
    }
  }

  /**
   * Rows that describe tracks: a track, a classification and, where a hash is known, a content are
   * derived from each. The path is kept in the track only.
   *
   * @param path the column with the file's path
   * @param classification the JSON column with what was said of the track
   * @param extraction the JSON column with what was read from the file, if there is one
   * @param decidedAt the column that says when, if there is one
   * @param confidence the column with the old confidence, if there is one
   */
  record Tracks(
      String path,
      String classification,
      Optional<String> extraction,
      Optional<String> decidedAt,
      Optional<String> confidence)
      implements Mapping {
    @Override
    public String name() {
      return "tracks";
    }
  }

  /**
   * The mapping that a table's columns call for. A table whose key holds the path is kept whole: a
   * key is never kept elsewhere than in its row.
   */
  static Mapping propose(SourceTable table) {
    boolean tracks =
        table.hasKey()
            && !table.key().contains("file_path")
            && table.column("file_path").filter(c -> c.isText() && c.notNull()).isPresent()
            && table.column("metacrate_classification").filter(SourceColumn::isJson).isPresent();
    if (!tracks) {
      return new Whole();
    }
    return new Tracks(
        "file_path",
        "metacrate_classification",
        table.column("extraction_metadata").filter(SourceColumn::isJson).map(SourceColumn::name),
        table
            .column("processing_timestamp")
            .filter(c -> c.type().startsWith("timestamp"))
            .map(SourceColumn::name),
        table.column("confidence_score").map(SourceColumn::name));
  }
}
