package culturalintelligence.persistence.verification;

import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.MigratedTrack;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.persistence.carried.CopyLine;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.mapping.TrackMapping;
import culturalintelligence.persistence.source.SourceRows;
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
import org.postgresql.copy.CopyOut;

/**
 * Proves that the typed columns are what the mapping makes of the source's rows. Without it, a
 * residue that carries everything would hide any mistake in them.
 */
final class TypedRowComparison {
  private static final String CLASSIFICATIONS =
      """
      SELECT id, path_digest::text, artist, title, mix_kind, mix_text, label, catalogue_number, genre,
             subgenre, bpm::text, musical_key, confidence::text, needs_review::text,
             (decided_at AT TIME ZONE 'UTC')::text AS decided_at, origin
        FROM public.classification WHERE id = ANY (?)
      """;

  private final Connection source;
  private final Connection target;
  private final PlannedTable table;
  private final Chunk chunk;
  private final TrackMapping mapping;

  TypedRowComparison(
      Connection source,
      Connection target,
      PlannedTable table,
      Chunk chunk,
      Mapping.Tracks tracks) {
    this.source = source;
    this.target = target;
    this.table = table;
    this.chunk = chunk;
    this.mapping = new TrackMapping(table.source(), tracks);
  }

  private record Expected(List<String> key, Map<String, @Nullable String> columns) {}

  void compare(List<Difference> differences) throws SQLException {
    Map<UUID, Expected> expected = expected();
    try (PreparedStatement statement = target.prepareStatement(CLASSIFICATIONS)) {
      statement.setArray(1, target.createArrayOf("uuid", expected.keySet().toArray()));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          Expected was = expected.remove(row.getObject("id", UUID.class));
          if (was != null) {
            compare(was, row, differences);
          }
        }
      }
    }
    for (Expected missing : expected.values()) {
      differences.add(
          Difference.of(
              table.source().qualifiedName(),
              Difference.Kind.TYPED_ROW,
              missing.key(),
              "classification",
              "a row",
              null));
    }
  }

  private void compare(Expected was, ResultSet row, List<Difference> differences)
      throws SQLException {
    for (Map.Entry<String, @Nullable String> column : was.columns().entrySet()) {
      String is = row.getString(column.getKey());
      if (!Objects.equals(column.getValue(), is)) {
        differences.add(
            Difference.of(
                table.source().qualifiedName(),
                Difference.Kind.TYPED_VALUE,
                was.key(),
                "classification." + column.getKey(),
                column.getValue(),
                is));
      }
    }
  }

  private Map<UUID, Expected> expected() throws SQLException {
    Set<List<String>> quarantined = new HashSet<>(quarantined());
    Map<UUID, Expected> expected = new HashMap<>();
    int columns = table.source().columns().size();
    List<Integer> keyColumns =
        table.source().key().stream()
            .map(
                name -> table.source().columns().stream().map(c -> c.name()).toList().indexOf(name))
            .toList();
    CopyOut rows = new SourceRows(table.source()).copyOut(source, chunk.range());
    try {
      for (byte[] bytes = rows.readFromCopy(); bytes != null; bytes = rows.readFromCopy()) {
        CopyLine line = new CopyLine(bytes, columns);
        List<String> key =
            keyColumns.stream()
                .map(i -> table.source().columns().get(i).keyText(String.valueOf(line.text(i))))
                .toList();
        if (!quarantined.contains(key)) {
          MigratedTrack track = mapping.apply(line::value);
          if (track != null) {
            expected.put(track.id(), new Expected(key, columns(track)));
          }
        }
      }
    } finally {
      if (rows.isActive()) {
        rows.cancelCopy();
      }
    }
    return expected;
  }

  private List<List<String>> quarantined() throws SQLException {
    List<List<String>> keys = new ArrayList<>();
    try (PreparedStatement statement =
        target.prepareStatement(
            "SELECT key FROM migration.quarantine WHERE run_id = ? AND chunk_id = ?")) {
      statement.setLong(1, chunk.id().plan());
      statement.setInt(2, chunk.id().number());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          keys.add(List.of((String[]) row.getArray(1).getArray()));
        }
      }
    }
    return keys;
  }

  /** In the words of the query above. */
  private static Map<String, @Nullable String> columns(MigratedTrack track) {
    Map<String, @Nullable String> columns = new LinkedHashMap<>();
    columns.put("origin", "metacrate");
    columns.put("path_digest", PathKey.of(track.path()).digest().toString());
    columns.put("artist", track.artist());
    columns.put("title", track.title());
    columns.put("mix_kind", track.mixKind());
    columns.put("mix_text", track.mixText());
    columns.put("label", track.label());
    columns.put("catalogue_number", track.catalogueNumber());
    columns.put("genre", track.genre());
    columns.put("subgenre", track.subgenre());
    columns.put("bpm", plain(track.bpm()));
    columns.put("musical_key", track.musicalKey());
    columns.put("confidence", plain(track.confidence()));
    columns.put("needs_review", Boolean.toString(track.needsReview()));
    // Written in UTC by the source's session, with or without its zone.
    columns.put("decided_at", track.decidedAt().replaceFirst("\\+00$", ""));
    return columns;
  }

  private static @Nullable String plain(@Nullable BigDecimal number) {
    return number == null ? null : number.toPlainString();
  }
}
