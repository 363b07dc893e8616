package culturalintelligence.domain.migration;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of a table's rows. Every column is carried; typed rows are derived beside them.
 * Whatever the typed music tables carry exactly is not kept twice.
 */
public sealed interface Mapping {
  /** Counts up with every change of what a mapping makes of a row. */
  int VERSION = 2;

  MappingKind kind();

  /** The stable name in the ledger. */
  default String name() {
    return kind().word();
  }

  /** Typed field to its sources, the first that gives a value first. */
  Map<String, List<FieldSource>> fields();

  /** Every column is kept as it is; nothing is derived. */
  record Whole() implements Mapping {
    @Override
    public MappingKind kind() {
      return MappingKind.WHOLE;
    }

    @Override
    public Map<String, List<FieldSource>> fields() {
      return Map.of();
    }
  }

  /**
   * Rows that describe music files: a track, a classification and, where a hash is known, a content
   * are derived from each.
   *
   * @param path the column with the file's path
   * @param pathCarried whether the path stays in the carried row as well: a key is never kept
   *     elsewhere than in its row, and a NULL makes no track. Otherwise the track alone keeps it.
   */
  record Tracks(String path, boolean pathCarried, Map<String, List<FieldSource>> fields)
      implements Mapping {
    public Tracks {
      fields = ordered(fields);
    }

    @Override
    public MappingKind kind() {
      return MappingKind.TRACKS;
    }
  }

  /** Rows that describe an artist, a label, a genre or a duplicate: one typed row from each. */
  record Entries(MappingKind kind, Map<String, List<FieldSource>> fields) implements Mapping {
    public Entries {
      if (kind == MappingKind.WHOLE || kind == MappingKind.TRACKS) {
        throw new IllegalArgumentException(kind + " has no entries");
      }
      fields = ordered(fields);
    }
  }

  /** The mapping of that kind. */
  static Mapping of(SourceTable table, MappingKind kind, Map<String, List<FieldSource>> fields) {
    return switch (kind) {
      case WHOLE -> new Whole();
      case TRACKS -> {
        String path = fields.getOrDefault("path", List.of()).getFirst().column();
        boolean carried =
            table.key().contains(path)
                || table.column(path).filter(SourceColumn::notNull).isEmpty();
        yield new Tracks(path, carried, fields);
      }
      case ARTISTS, LABELS, GENRES, DUPLICATES -> new Entries(kind, fields);
    };
  }

  /** The mapping that a table's names and types call for. */
  static Mapping propose(SourceTable table) {
    return MappingRules.propose(table);
  }

  private static Map<String, List<FieldSource>> ordered(Map<String, List<FieldSource>> fields) {
    Map<String, List<FieldSource>> copy = new LinkedHashMap<>();
    fields.forEach((field, sources) -> copy.put(field, List.copyOf(sources)));
    return Collections.unmodifiableMap(copy);
  }
}
