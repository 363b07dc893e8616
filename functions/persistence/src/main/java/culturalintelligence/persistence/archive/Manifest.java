package culturalintelligence.persistence.archive;

import java.util.List;

/**
 * What an archive holds.
 *
 * @param format of the files; this version writes {@value #FORMAT}
 * @param source the database it came from, without credentials
 * @param serverVersion of that server
 * @param writtenAt ISO-8601 in UTC, by that server's clock: the moment its rows are of
 * @param columns of the rows, in their order
 * @param before statements that make the empty table
 * @param after statements that make what rows are loaded faster without: keys, indexes, triggers,
 *     rights
 * @param rows how many
 * @param bytes of the rows, as COPY writes them in its text form
 * @param rowsSha256 over those bytes
 * @param fileSha256 over the compressed file
 */
public record Manifest(
    int format,
    String source,
    String serverVersion,
    String writtenAt,
    String schema,
    String table,
    List<String> columns,
    List<String> before,
    List<String> after,
    long rows,
    long bytes,
    String rowsSha256,
    String fileSha256) {
  static final int FORMAT = 1;

  public Manifest {
    columns = List.copyOf(columns);
    before = List.copyOf(before);
    after = List.copyOf(after);
  }
}
