package culturalintelligence.persistence.tracks;

import culturalintelligence.domain.duplicates.Copies;
import culturalintelligence.domain.library.ContentHash;
import culturalintelligence.domain.library.Decision;
import culturalintelligence.domain.library.KnownTrack;
import culturalintelligence.domain.music.Classification.Evidence;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of the view {@code track_answer}, and the domain's types. */
final class TrackRows {
  /** What a {@link KnownTrack} is made of. JSON comes as text: it is passed on, not looked into. */
  static final String COLUMNS =
      """
      track_id, path, file_name, size_bytes, modified, content_sha256, metadata::text as metadata,
      classification_id, origin, artist, title, mix_kind, mix_text, remixer, label, catalogue_number,
      genre, subgenre, bpm, musical_key, confidence, field_confidence::text as field_confidence,
      sources::text as sources, needs_review, human_validated, method, decided_at, copies, copy_paths
      """;

  private TrackRows() {}

  static KnownTrack track(Row row) {
    Buffer sha256 = row.getBuffer("content_sha256");
    String[] paths = row.getArrayOfStrings("copy_paths");
    String path = row.getString("path");
    return new KnownTrack(
        row.getLong("track_id"),
        path,
        row.getString("file_name"),
        row.getLong("size_bytes"),
        instant(row, "modified"),
        sha256 == null ? null : ContentHash.of(sha256.getBytes()),
        row.getString("metadata"),
        decision(row),
        paths == null || paths.length == 0
            ? Copies.unique(path)
            : new Copies(row.getLong("copies"), List.of(paths)));
  }

  private static @Nullable Decision decision(Row row) {
    UUID id = row.getUUID("classification_id");
    if (id == null) {
      return null;
    }
    return new Decision(
        id,
        origin(row.getString("origin")),
        row.getString("artist"),
        row.getString("title"),
        row.getString("mix_kind"),
        row.getString("mix_text"),
        row.getString("remixer"),
        row.getString("label"),
        row.getString("catalogue_number"),
        row.getString("genre"),
        row.getString("subgenre"),
        row.getBigDecimal("bpm"),
        row.getString("musical_key"),
        row.getBigDecimal("confidence"),
        confidences(row.getString("field_confidence")),
        evidence(row.getString("sources")),
        row.getBoolean("needs_review"),
        row.getBoolean("human_validated"),
        row.getString("method"),
        row.getOffsetDateTime("decided_at").toInstant());
  }

  static String text(Decision.Origin origin) {
    return switch (origin) {
      case HUMAN -> "human";
      case ANALYSIS -> "analysis";
      case METACRATE -> "metacrate";
    };
  }

  private static Decision.Origin origin(String text) {
    return switch (text) {
      case "human" -> Decision.Origin.HUMAN;
      case "analysis" -> Decision.Origin.ANALYSIS;
      case "metacrate" -> Decision.Origin.METACRATE;
      default -> throw new IllegalStateException("no such origin: " + text);
    };
  }

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }

  static String json(Map<String, Double> confidences) {
    return new JsonObject(new LinkedHashMap<>(confidences)).encode();
  }

  static String json(List<Evidence> sources) {
    JsonArray array = new JsonArray();
    for (Evidence evidence : sources) {
      array.add(
          new JsonArray().add(evidence.source()).add(evidence.value()).add(evidence.weight()));
    }
    return array.encode();
  }

  /** A migrated row's column may hold anything: what is no number is passed over. */
  private static Map<String, Double> confidences(@Nullable String json) {
    Map<String, Double> confidences = new LinkedHashMap<>();
    if (json != null && json.startsWith("{")) {
      new JsonObject(json)
          .forEach(
              field -> {
                if (field.getValue() instanceof Number number) {
                  confidences.put(field.getKey(), number.doubleValue());
                }
              });
    }
    return confidences;
  }

  /** {@code [[source, value, weight], …]}; a migrated row's list may be of names only. */
  private static List<Evidence> evidence(@Nullable String json) {
    List<Evidence> evidence = new ArrayList<>();
    if (json != null && json.startsWith("[")) {
      for (Object item : new JsonArray(json)) {
        switch (item) {
          case JsonArray parts
              when parts.size() >= 3
                  && parts.getValue(0) instanceof String source
                  && parts.getValue(2) instanceof Number weight ->
              evidence.add(
                  new Evidence(source, String.valueOf(parts.getValue(1)), weight.doubleValue()));
          case String source -> evidence.add(new Evidence(source, "", 0));
          case null, default -> {}
        }
      }
    }
    return evidence;
  }
}
