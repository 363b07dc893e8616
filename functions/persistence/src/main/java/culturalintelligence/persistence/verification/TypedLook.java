package culturalintelligence.persistence.verification;

import culturalintelligence.domain.duplicates.PrimaryRule;
import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.MigratedTrack;
import culturalintelligence.domain.verification.ColumnDifference;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.domain.verification.EquivalenceRules;
import culturalintelligence.domain.verification.RowComparison;
import culturalintelligence.domain.verification.Verdict;
import culturalintelligence.persistence.carried.CarriedTable;
import culturalintelligence.persistence.carried.CopyLine;
import culturalintelligence.persistence.mapping.TrackMapping;
import culturalintelligence.persistence.postgres.Sql;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Proves that the typed columns are what the mapping makes of the source's rows. Without it, a
 * residue that carries everything would hide any mistake in them.
 *
 * <p>A track belongs to a path, not to a row; and once its file was read, what the file said stands
 * there instead of what the old row said. So hash and facts of a track are compared only while they
 * are the migration's word, and a path of several rows may have the hash of any of them.
 */
final class TypedLook {
  private static final List<String> FACTS =
      List.of(
          "size_bytes",
          "payload_digest",
          "container",
          "codec",
          "duration_seconds",
          "sample_rate",
          "channels",
          "bit_depth",
          "bitrate",
          "lossless",
          "metadata");

  private static final String TYPED =
      """
      SELECT k.id, k.path_digest::text, k.origin, k.artist, k.title, k.mix_kind, k.mix_text, k.remixer,
             k.label, k.catalogue_number, k.genre, k.subgenre, k.bpm::text, k.musical_key,
             k.confidence::text, k.field_confidence::text, k.sources::text, k.needs_review::text,
             k.human_validated::text, k.metadata::text, encode(k.content_sha256, 'hex') AS content_sha256,
             k.method, (k.decided_at AT TIME ZONE 'UTC')::text AS decided_at,
             t.path AS track_path, t.match_digest::text AS track_match_digest, t.folder AS track_folder,
             t.file_name AS track_file_name, t.extension AS track_extension,
             t.misplaced::text AS track_misplaced, encode(t.content_sha256, 'hex') AS track_content,
             c.facts_source, %s
        FROM public.classification k
        LEFT JOIN public.track t ON t.path_digest = k.path_digest
        LEFT JOIN public.content c ON c.sha256 = t.content_sha256
       WHERE k.id = ANY (?)
      """
          .formatted(
              String.join(
                  ", ",
                  FACTS.stream().map(f -> "c.%1$s::text AS fact_%1$s".formatted(f)).toList()));

  private final ComparedTable table;
  private final Mapping.Tracks tracks;
  private final TrackMapping mapping;
  private final EquivalenceRules rules;
  private final List<Integer> keyColumns;

  TypedLook(ComparedTable table, Mapping.Tracks tracks, EquivalenceRules rules) {
    this.table = table;
    this.tracks = tracks;
    this.mapping = new TrackMapping(table.planned().source(), tracks);
    this.rules = rules;
    this.keyColumns =
        table.keyColumns().stream().map(c -> table.columns().indexOf(c.name())).toList();
  }

  /** What the mapping makes of one row. */
  record Expected(List<String> key, MigratedTrack track) {}

  List<String> key(CopyLine line, int firstColumn) {
    return keyColumns.stream()
        .map(
            i ->
                table
                    .planned()
                    .source()
                    .columns()
                    .get(i)
                    .keyText(String.valueOf(line.text(firstColumn + i))))
        .toList();
  }

  /**
   * What the mapping makes of a row of the source; null where it is about no file.
   *
   * @param firstColumn where among the line's fields the table's first column stands
   */
  @Nullable Expected expected(List<String> key, CopyLine line, int firstColumn) {
    MigratedTrack track = mapping.apply(i -> line.value(firstColumn + i));
    return track == null ? null : new Expected(key, track);
  }

  /** The columns the mapping looks at, as a select list; the others are NULL, for they are long. */
  String mappedColumns() {
    return mappedColumns(Sql.identifier(tracks.path()));
  }

  private String mappedColumns(String path) {
    Set<String> needed = new HashSet<>(table.planned().source().key());
    tracks.fields().values().forEach(sources -> sources.forEach(s -> needed.add(s.column())));
    return String.join(
        ", ",
        table.columns().stream()
            .map(
                c ->
                    c.equals(tracks.path())
                        ? path
                        : needed.contains(c) ? Sql.identifier(c) : "NULL")
            .toList());
  }

  /** The differences of each row that has any. */
  Map<List<String>, List<Difference>> compare(Connection target, List<Expected> rows)
      throws SQLException {
    Map<UUID, Expected> missing = new LinkedHashMap<>();
    rows.forEach(row -> missing.put(row.track().id(), row));
    Map<List<String>, List<Difference>> found = new HashMap<>();
    Map<Expected, @Nullable String> otherContent = new LinkedHashMap<>();
    try (PreparedStatement statement = target.prepareStatement(TYPED)) {
      statement.setArray(1, target.createArrayOf("uuid", missing.keySet().toArray()));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          Expected expected = missing.remove(row.getObject("id", UUID.class));
          if (expected != null) {
            compare(expected, row, found, otherContent);
          }
        }
      }
    }
    for (Expected expected : missing.values()) {
      add(found, expected.key(), typedRow(expected.key(), "classification"));
    }
    for (Map.Entry<Expected, @Nullable String> other : otherContent.entrySet()) {
      Expected expected = other.getKey();
      if (!contentsOf(target, expected).contains(String.valueOf(other.getValue()))) {
        values(
                expected.key(),
                "track",
                List.of("content_sha256"),
                nullable(expected.track().contentSha256()),
                nullable(other.getValue()))
            .forEach(difference -> add(found, expected.key(), difference));
      }
    }
    return found;
  }

  private Difference typedRow(List<String> key, String kind) {
    return Difference.of(table.name(), Difference.Kind.TYPED_ROW, key, kind, "a row", "no row");
  }

  private void compare(
      Expected expected,
      ResultSet row,
      Map<List<String>, List<Difference>> found,
      Map<Expected, @Nullable String> otherContent)
      throws SQLException {
    List<Difference> differences = new ArrayList<>();
    MigratedTrack track = expected.track();
    differences.addAll(values(expected.key(), "classification", classification(track), row, ""));
    if (row.getString("track_path") == null) {
      differences.add(typedRow(expected.key(), "track"));
    } else if (PathKey.of(track.path()).digest().toString().equals(row.getString("path_digest"))) {
      differences.addAll(values(expected.key(), "track", track(track), row, "track_"));
      String content = row.getString("track_content");
      String source = row.getString("facts_source");
      boolean oursToSay = source == null || source.equals("migrated");
      if (oursToSay && !Objects.equals(content, track.contentSha256())) {
        otherContent.put(expected, content);
      }
      if ("migrated".equals(source)) {
        // Nothing but the hash came with an old row; a fact that stands here was made up.
        Map<String, @Nullable String> none = new LinkedHashMap<>();
        FACTS.forEach(fact -> none.put(fact, null));
        differences.addAll(values(expected.key(), "content", none, row, "fact_"));
      }
    }
    differences.forEach(difference -> add(found, expected.key(), difference));
  }

  private static void add(
      Map<List<String>, List<Difference>> found, List<String> key, Difference difference) {
    found.computeIfAbsent(key, k -> new ArrayList<>()).add(difference);
  }

  private List<Difference> values(
      List<String> key,
      String kind,
      Map<String, @Nullable String> expected,
      ResultSet row,
      String prefix)
      throws SQLException {
    List<@Nullable String> is = new ArrayList<>();
    for (String column : expected.keySet()) {
      is.add(row.getString(prefix + column));
    }
    return values(
        key, kind, List.copyOf(expected.keySet()), new ArrayList<>(expected.values()), is);
  }

  private List<Difference> values(
      List<String> key,
      String kind,
      List<String> columns,
      List<@Nullable String> was,
      List<@Nullable String> is) {
    List<String> names = columns.stream().map(column -> kind + "." + column).toList();
    List<Difference> differences = new ArrayList<>();
    for (ColumnDifference difference : RowComparison.compare(names, was, is)) {
      int column = names.indexOf(difference.column());
      boolean same =
          rules
              .rule(table.name(), difference.column(), was.get(column), is.get(column))
              .isPresent();
      differences.add(
          new Difference(
              table.name(),
              Difference.Kind.TYPED_VALUE,
              key,
              difference.column(),
              difference.path().isEmpty() ? null : difference.path(),
              difference.kind(),
              difference.source(),
              difference.target(),
              same ? Verdict.EQUIVALENT : Verdict.MIGRATION_FAULT));
    }
    return differences;
  }

  private static List<@Nullable String> nullable(@Nullable String value) {
    List<@Nullable String> one = new ArrayList<>();
    one.add(value);
    return one;
  }

  /** The hashes that the carried rows of this row's path name, this one's among them. */
  private Set<String> contentsOf(Connection target, Expected expected) throws SQLException {
    Set<String> contents = new HashSet<>();
    int columns = table.columns().size();
    CopyOut lines =
        target
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut(
                "COPY (SELECT %s FROM %s WHERE %s = %s) TO STDOUT"
                    .formatted(
                        mappedColumns(Sql.literal(expected.track().path())),
                        table.carried().table(),
                        Sql.identifier(CarriedTable.TRACK),
                        Sql.literal(PathKey.of(expected.track().path()).digest().toString())));
    try {
      for (byte[] bytes = lines.readFromCopy(); bytes != null; bytes = lines.readFromCopy()) {
        MigratedTrack other = mapping.apply(new CopyLine(bytes, columns)::value);
        if (other != null && !other.id().equals(expected.track().id())) {
          contents.add(String.valueOf(other.contentSha256()));
        }
      }
    } finally {
      if (lines.isActive()) {
        lines.cancelCopy();
      }
    }
    return contents;
  }

  /** In the words of the query above. */
  private static Map<String, @Nullable String> classification(MigratedTrack track) {
    Map<String, @Nullable String> columns = new LinkedHashMap<>();
    columns.put("origin", "metacrate");
    columns.put("path_digest", PathKey.of(track.path()).digest().toString());
    columns.put("artist", track.artist());
    columns.put("title", track.title());
    columns.put("mix_kind", track.mixKind());
    columns.put("mix_text", track.mixText());
    columns.put("remixer", null);
    columns.put("label", track.label());
    columns.put("catalogue_number", track.catalogueNumber());
    columns.put("genre", track.genre());
    columns.put("subgenre", track.subgenre());
    columns.put("bpm", plain(track.bpm()));
    columns.put("musical_key", track.musicalKey());
    columns.put("confidence", plain(track.confidence()));
    columns.put("field_confidence", null);
    columns.put("sources", null);
    columns.put("needs_review", Boolean.toString(track.needsReview()));
    columns.put("human_validated", "false");
    columns.put("metadata", null);
    columns.put("content_sha256", null);
    columns.put("method", "migration");
    // Written in UTC by the source's session, with or without its zone.
    columns.put("decided_at", track.decidedAt().replaceFirst("\\+00$", ""));
    return columns;
  }

  private static Map<String, @Nullable String> track(MigratedTrack track) {
    PathKey path = PathKey.of(track.path());
    Map<String, @Nullable String> columns = new LinkedHashMap<>();
    columns.put("path", path.path());
    columns.put("match_digest", path.matchDigest().toString());
    columns.put("folder", path.folder());
    columns.put("file_name", path.fileName());
    columns.put("extension", path.extension());
    columns.put("misplaced", Boolean.toString(PrimaryRule.isCastOff(path.path())));
    return columns;
  }

  private static @Nullable String plain(@Nullable BigDecimal number) {
    return number == null ? null : number.toPlainString();
  }
}
