package culturalintelligence.domain.migration;

import java.util.List;

/**
 * Which tables of a database are looked at: those of a music table's usual names, and what an
 * operator adds or leaves out.
 *
 * @param schemas only these; empty: all but the system's own
 * @param add further tables, as {@code table} or {@code schema.table}; {@code %} and {@code _}
 *     stand for any letters and any one letter, capitals don't matter
 * @param leaveOut likewise
 */
public record Selection(List<String> schemas, List<String> add, List<String> leaveOut) {
  public static final Selection DEFAULT = new Selection(List.of(), List.of(), List.of());

  /** Names of music tables, as the plan of the migration lists them. */
  public static final List<String> PATTERNS =
      List.of("%file%", "%track%", "%music%", "%audio%", "%artist%", "%genre%", "%duplicate%");

  public Selection {
    schemas = List.copyOf(schemas);
    add = List.copyOf(add);
    leaveOut = List.copyOf(leaveOut);
  }

  /** Of a list such as {@code playlists,-file_log}: a minus leaves out. */
  public static Selection of(List<String> schemas, List<String> tables) {
    return new Selection(
        schemas,
        tables.stream().filter(t -> !t.startsWith("-")).toList(),
        tables.stream().filter(t -> t.startsWith("-")).map(t -> t.substring(1)).toList());
  }
}
