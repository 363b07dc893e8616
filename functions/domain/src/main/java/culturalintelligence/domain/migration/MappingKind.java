package culturalintelligence.domain.migration;

import static culturalintelligence.domain.migration.Conversion.BPM;
import static culturalintelligence.domain.migration.Conversion.CONFIDENCE;
import static culturalintelligence.domain.migration.Conversion.EXACT;
import static culturalintelligence.domain.migration.Conversion.INSTANT;
import static culturalintelligence.domain.migration.Conversion.MIX;
import static culturalintelligence.domain.migration.Conversion.MUSICAL_KEY;
import static culturalintelligence.domain.migration.Conversion.NAMES;
import static culturalintelligence.domain.migration.Conversion.PERCENT;
import static culturalintelligence.domain.migration.Conversion.RANGE_HIGH;
import static culturalintelligence.domain.migration.Conversion.RANGE_LAST;
import static culturalintelligence.domain.migration.Conversion.RANGE_LOW;
import static culturalintelligence.domain.migration.Conversion.ROW;
import static culturalintelligence.domain.migration.Conversion.SHA256;
import static culturalintelligence.domain.migration.Conversion.TEXT;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** What a table's rows are about, and so which typed fields they may fill. */
public enum MappingKind {
  /** Carried as it is; nothing is derived. */
  WHOLE(List.of()),
  /** A music file a row: a track, a classification, a content where its hash is known. */
  TRACKS(
      List.of(
          field("path", EXACT),
          field("sha256", SHA256),
          field("artist", TEXT),
          field("title", TEXT),
          field("mix", MIX),
          field("label", TEXT),
          field("catalogue_number", TEXT),
          field("genre", TEXT),
          field("subgenre", TEXT),
          field("bpm", BPM),
          field("musical_key", MUSICAL_KEY),
          field("confidence", CONFIDENCE, PERCENT),
          field("decided_at", INSTANT))),
  /** An artist a row: a profile. */
  ARTISTS(profileFields()),
  /** A label a row: a profile. */
  LABELS(profileFields()),
  /** A genre a row: an entry of the taxonomy. */
  GENRES(
      List.of(
          field("name", TEXT),
          field("parent", ROW),
          field("parent_name", TEXT),
          field("aliases", NAMES),
          field("bpm_low", BPM, RANGE_LOW),
          field("bpm_high", BPM, RANGE_HIGH, RANGE_LAST))),
  /** A redundant copy, or a member of a group, a row. */
  DUPLICATES(
      List.of(
          field("group_key", TEXT),
          field("sha256", SHA256),
          field("kept_path", EXACT),
          field("spare_path", EXACT),
          field("reason", TEXT),
          field("similarity", CONFIDENCE, PERCENT)));

  @SuppressWarnings("ImmutableEnumChecker") // in its declared order, which no immutable map keeps
  private final SequencedMap<String, Set<Conversion>> fields = new LinkedHashMap<>();

  MappingKind(List<Map.Entry<String, Set<Conversion>>> fields) {
    fields.forEach(f -> this.fields.put(f.getKey(), f.getValue()));
  }

  private static List<Map.Entry<String, Set<Conversion>>> profileFields() {
    return List.of(
        field("name", TEXT),
        field("sort_name", TEXT),
        field("aliases", NAMES),
        field("country", TEXT),
        field("genre", TEXT),
        field("subgenre", TEXT));
  }

  private static Map.Entry<String, Set<Conversion>> field(String name, Conversion... conversions) {
    return Map.entry(name, Set.of(conversions));
  }

  /** The name in a mapping document and in the ledger. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<MappingKind> ofWord(String word) {
    for (MappingKind kind : values()) {
      if (kind.word().equals(word)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** The typed fields in order, each with the conversions that lead to it. */
  public List<String> fields() {
    return List.copyOf(fields.keySet());
  }

  /** The conversions that lead to a field; none where there is no such field. */
  public Set<Conversion> conversions(String field) {
    return fields.getOrDefault(field, Set.of());
  }

  /** The field without which a row says nothing; empty where any one is enough. */
  public Optional<String> required() {
    return switch (this) {
      case TRACKS -> Optional.of("path");
      case ARTISTS, LABELS, GENRES -> Optional.of("name");
      case WHOLE, DUPLICATES -> Optional.empty();
    };
  }
}
