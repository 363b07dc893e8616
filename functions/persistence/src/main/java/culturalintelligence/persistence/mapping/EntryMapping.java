package culturalintelligence.persistence.mapping;

import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.MappingKind;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.domain.music.GenreTaxonomy;
import culturalintelligence.domain.music.Profiles;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What an old row about an artist, a label, a genre or a duplicate says, in the typed columns'
 * terms. Total and deterministic, like {@link TrackMapping}.
 */
public final class EntryMapping {
  private final MappingKind kind;
  private final boolean hasKey;
  private final RowIdentity identity;
  private final FieldValues values;

  public EntryMapping(SourceTable table, Mapping.Entries mapping) {
    kind = mapping.kind();
    hasKey = table.hasKey();
    identity = new RowIdentity(table);
    values = new FieldValues(table, mapping.fields());
  }

  /**
   * One typed row.
   *
   * @param columns in the order of {@link EntryTable#columns()}, as PostgreSQL reads them
   */
  public record Entry(UUID id, List<@Nullable String> columns) {}

  /**
   * Maps one row; null when it says nothing that a typed row could hold.
   *
   * @param fields gives the UTF-8 text of the column at a position, or null for NULL
   * @param chunk and {@code row} are a row's place, where the table has no key
   */
  public @Nullable Entry apply(
      IntFunction<byte @Nullable []> fields, int chunk, long row, Misfits misfits) {
    @Nullable String[] read = values.read(fields, misfits);
    List<@Nullable String> columns =
        switch (kind) {
          case ARTISTS, LABELS -> profile(read);
          case GENRES -> genre(read, misfits);
          case DUPLICATES -> duplicate(read);
          case WHOLE, TRACKS -> null;
        };
    if (columns == null) {
      return null;
    }
    return new Entry(hasKey ? identity.ofRow(fields) : identity.ofPlace(chunk, row), columns);
  }

  private @Nullable List<@Nullable String> profile(@Nullable String[] read) {
    String name = value(read, "name");
    if (name == null) {
      return null;
    }
    return Arrays.asList(
        kind == MappingKind.ARTISTS ? "artist" : "label",
        name,
        Profiles.keyOf(name),
        value(read, "sort_name"),
        value(read, "aliases"),
        value(read, "country"),
        value(read, "genre"),
        value(read, "subgenre"));
  }

  private @Nullable List<@Nullable String> genre(@Nullable String[] read, Misfits misfits) {
    String name = value(read, "name");
    if (name == null) {
      return null;
    }
    String low = value(read, "bpm_low");
    String high = value(read, "bpm_high");
    if (low != null && high != null && new BigDecimal(low).compareTo(new BigDecimal(high)) > 0) {
      misfits.count("bpm_low", "bpm_low and bpm_high", "the lower bound is above the upper one");
      low = null;
      high = null;
    }
    String parent = value(read, "parent");
    String aliases = value(read, "aliases");
    return Arrays.asList(
        name,
        parent == null ? null : identity.of(List.of(parent)).toString(),
        value(read, "parent_name"),
        aliases == null ? "{}" : aliases,
        low,
        high,
        Taxonomy.BUNDLED.find(name).map(GenreTaxonomy.Genre::name).orElse(null));
  }

  private @Nullable List<@Nullable String> duplicate(@Nullable String[] read) {
    String sha256 = value(read, "sha256");
    String kept = value(read, "kept_path");
    String spare = value(read, "spare_path");
    String group = value(read, "group_key");
    if (sha256 == null && kept == null && spare == null && group == null) {
      return null;
    }
    return Arrays.asList(
        group,
        sha256 == null ? null : "\\x" + sha256,
        kept,
        kept == null ? null : PathKey.of(kept).digest().toString(),
        spare,
        spare == null ? null : PathKey.of(spare).digest().toString(),
        value(read, "reason"),
        value(read, "similarity"));
  }

  private @Nullable String value(@Nullable String[] read, String field) {
    int position = values.position(field);
    return position < 0 ? null : read[position];
  }

  /** Read once, and only where a genre table is mapped. */
  private static final class Taxonomy {
    static final GenreTaxonomy BUNDLED = GenreTaxonomy.bundled();
  }

  /** The typed table of each kind. */
  public static EntryTable tableOf(MappingKind kind) {
    return switch (kind) {
      case ARTISTS, LABELS ->
          new EntryTable(
              "public.profile_entry",
              "id",
              List.of(
                  "kind",
                  "name",
                  "name_key",
                  "sort_name",
                  "aliases",
                  "country",
                  "genre",
                  "subgenre"));
      case GENRES ->
          new EntryTable(
              "public.genre",
              "entry",
              List.of(
                  "name",
                  "parent_entry",
                  "parent_name",
                  "aliases",
                  "bpm_low",
                  "bpm_high",
                  "canonical"));
      case DUPLICATES ->
          new EntryTable(
              "public.duplicate_entry",
              "id",
              List.of(
                  "group_key",
                  "sha256",
                  "kept_path",
                  "kept_digest",
                  "spare_path",
                  "spare_digest",
                  "reason",
                  "similarity"));
      case WHOLE, TRACKS -> throw new IllegalArgumentException(kind + " has no entries");
    };
  }

  /**
   * A typed table whose rows are made one from each source row.
   *
   * @param id the column of the row's identity
   * @param columns those a mapping fills
   */
  public record EntryTable(String name, String id, List<String> columns) {
    /** What a COPY writes, in order. */
    public List<String> written() {
      List<String> all = new ArrayList<>();
      all.add(id);
      all.add("source_table");
      all.addAll(columns);
      return all;
    }
  }
}
