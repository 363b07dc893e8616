package culturalintelligence.analysis.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import culturalintelligence.analysis.Outcome;
import culturalintelligence.domain.duplicates.Copies;
import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.library.Decision;
import culturalintelligence.domain.library.KnownTrack;
import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.music.Classification.Evidence;
import culturalintelligence.domain.music.MixKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The contract's answers, one shape for both clients, fresh or looked up. Every field it names is
 * there with its type whatever is known, because the clients read them without looking.
 */
final class Answers {
  static final String VERSION = "v3.2";
  static final String UNKNOWN_ARTIST = "Unknown Artist";
  static final String UNKNOWN_TITLE = "Unknown Title";
  static final String UNKNOWN_GENRE = "Electronic";

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Answers() {}

  /** What may differ between two clients' answers to the same question. */
  record Style(boolean duplicateSkip) {}

  static ObjectNode of(Outcome outcome, Style style, Stopwatch watch) {
    return switch (outcome) {
      case Outcome.Answered answered -> success(answered, style, watch);
      case Outcome.Failed failed -> error(failed.failure(), failed.path(), watch);
    };
  }

  private static ObjectNode success(Outcome.Answered answered, Style style, Stopwatch watch) {
    KnownTrack track = answered.track();
    Facts facts = Facts.of(track);
    boolean best = isBest(track);
    boolean skip = style.duplicateSkip() && !best;
    String hash = track.content() == null ? null : track.content().hex();

    ObjectNode node = JSON.objectNode();
    node.put("status", skip ? "duplicate_skip" : "success");
    node.put("source", answered.source().text());
    node.put("file_hash", hash);
    node.put("file_path", track.path());
    node.set("classification", classification(facts));
    if (skip) {
      node.putNull("track");
    } else {
      node.set("track", track(facts));
    }
    node.set("duplicates", duplicates(track));
    node.set("duplicate_info", duplicateInfo(track, best));
    node.set("metadata", metadata(track, hash, facts));
    node.set("processing_info", processing(track));
    node.set("api_info", apiInfo(watch));
    return node;
  }

  /** What is held of a track, with the contract's defaults where nothing is. */
  private record Facts(
      String artist,
      String title,
      @Nullable MixKind mix,
      String mixText,
      String genre,
      @Nullable String subgenre,
      double confidence,
      @Nullable Decision decision) {
    static Facts of(KnownTrack track) {
      Decision d = track.decision();
      if (d == null) {
        return new Facts(
            UNKNOWN_ARTIST,
            stem(track.path()),
            null,
            MixKind.ORIGINAL.text(),
            UNKNOWN_GENRE,
            null,
            0,
            null);
      }
      MixKind mix = Optional.ofNullable(d.mixKind()).flatMap(MixKind::ofCode).orElse(null);
      String mixText = d.mixText();
      if (mixText == null || mixText.isBlank()) {
        mixText = mix == null ? MixKind.ORIGINAL.text() : mix.text();
      }
      BigDecimal confidence = d.confidence();
      return new Facts(
          orElse(d.artist(), UNKNOWN_ARTIST),
          orElse(d.title(), stem(track.path())),
          mix,
          mixText,
          orElse(d.genre(), UNKNOWN_GENRE),
          d.subgenre(),
          confidence == null ? 0 : confidence.doubleValue(),
          d);
    }
  }

  private static String orElse(@Nullable String text, String otherwise) {
    return text == null || text.isBlank() ? otherwise : text;
  }

  private static String stem(String path) {
    if (path.isBlank() || !isEncodable(path)) {
      return UNKNOWN_TITLE;
    }
    return orElse(PathKey.of(path).stem(), UNKNOWN_TITLE);
  }

  private static boolean isEncodable(String path) {
    return path.chars().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
        || java.nio.charset.StandardCharsets.UTF_8.newEncoder().canEncode(path);
  }

  private static boolean isBest(KnownTrack track) {
    return !track.copies().isDuplicate()
        || PathKey.of(track.copies().primary())
            .matchDigest()
            .equals(PathKey.of(track.path()).matchDigest());
  }

  private static ObjectNode classification(Facts facts) {
    Decision d = facts.decision();
    ObjectNode node = JSON.objectNode();
    node.put("artist", facts.artist());
    node.put("track_name", facts.title());
    node.put("remix_info", facts.mix() == null ? null : facts.mix().code());
    node.put("genre", facts.genre());
    node.put("subgenre", facts.subgenre());
    node.put("label", d == null ? null : d.label());
    node.put("catalog_number", d == null ? null : d.catalogueNumber());
    BigDecimal bpm = d == null ? null : d.bpm();
    // 125.50 is kept, 125.5 is meant; and 128 not in scientific notation.
    node.put("bpm", bpm == null ? null : plain(bpm));
    node.put("musical_key", d == null ? null : d.key());
    node.put("confidence", facts.confidence());
    node.put("remixer", d == null ? null : d.remixer());
    node.put("needs_review", d == null || d.needsReview());
    node.put("human_validated", d != null && d.humanValidated());
    ObjectNode fields = node.putObject("field_confidence");
    if (d != null) {
      new TreeMap<>(d.fieldConfidences()).forEach(fields::put);
    }
    return node;
  }

  private static BigDecimal plain(BigDecimal bpm) {
    BigDecimal stripped = bpm.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }

  private static ObjectNode track(Facts facts) {
    ObjectNode node = JSON.objectNode();
    node.put("artist", facts.artist());
    node.put("track_name", facts.title());
    node.put("remix_info", facts.mixText());
    node.put("genre", facts.genre());
    node.put("subgenre", facts.subgenre());
    node.put("confidence", facts.confidence());
    return node;
  }

  private static ObjectNode duplicates(KnownTrack track) {
    Copies copies = track.copies();
    ObjectNode node = JSON.objectNode();
    node.put("is_duplicate", copies.isDuplicate());
    node.put("duplicate_count", copies.count());
    ArrayNode others = node.putArray("duplicate_files");
    var self = PathKey.of(track.path()).matchDigest();
    copies.paths().stream()
        .filter(path -> !PathKey.of(path).matchDigest().equals(self))
        .forEach(others::add);
    node.put("primary_file", copies.primary());
    if (copies.count() - 1 > others.size()) {
      node.put("note", others.size() + " of the " + (copies.count() - 1) + " other copies listed");
    }
    return node;
  }

  private static ObjectNode duplicateInfo(KnownTrack track, boolean best) {
    Copies copies = track.copies();
    ObjectNode node = JSON.objectNode();
    node.put("is_duplicate", copies.isDuplicate());
    node.put("is_best_version", best);
    node.put("duplicate_count", copies.count());
    node.put("primary_file", copies.primary());
    String reason;
    if (!copies.isDuplicate()) {
      reason = "no identical file is known";
    } else if (best) {
      reason = "the best placed of " + copies.count() + " identical files";
    } else {
      reason = "identical to the primary file, which is better placed, shorter in path or older";
    }
    node.put("reason", reason);
    return node;
  }

  private static ObjectNode metadata(KnownTrack track, @Nullable String hash, Facts facts) {
    ObjectNode node = JSON.objectNode();
    JsonNode kept = parse(track.metadata());
    if (kept instanceof ObjectNode object) {
      node.setAll(track.wasRead() ? object : ForeignMetadata.of(object));
    }
    boolean normalized = node.path("normalized").isObject();
    if (!normalized) {
      node.set("normalized", JSON.objectNode());
    }
    if (!node.path("raw_tags").isObject()) {
      node.set("raw_tags", JSON.objectNode());
    }
    if (!node.path("extraction_success").isBoolean()) {
      node.put("extraction_success", normalized);
      if (!normalized && !node.path("error").isTextual()) {
        node.put("error", "the file was not read by this system yet");
      }
    }
    if (node.has("error") && !node.path("error").isTextual()) {
      node.remove("error");
    }
    node.put("file_hash", hash);
    Decision d = facts.decision();
    node.put("source", track.wasRead() || d == null ? "file_analysis" : "metacrate_migration");
    // A row of MetaCrate's that is not migrated has no number here.
    node.put("track_id", track.id() == 0 ? null : (Long) track.id());
    return node;
  }

  private static @Nullable JsonNode parse(@Nullable String json) {
    if (json == null) {
      return null;
    }
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the database holds metadata that is no JSON", e);
    }
  }

  private static ObjectNode processing(KnownTrack track) {
    Decision d = track.decision();
    ObjectNode node = JSON.objectNode();
    node.put("processed_at", (d == null ? Instant.EPOCH : d.decidedAt()).toString());
    ArrayNode sources = node.putArray("classification_sources");
    if (d != null) {
      for (Evidence evidence : d.sources()) {
        sources.addArray().add(evidence.source()).add(evidence.value()).add(evidence.weight());
      }
    }
    String method = d == null ? null : d.method();
    node.put("analysis_method", method == null ? "metacrate" : method);
    return node;
  }

  static ObjectNode apiInfo(Stopwatch watch) {
    ObjectNode node = JSON.objectNode();
    node.put("response_time_ms", watch.millis());
    node.put("api_version", VERSION);
    node.put("timestamp", Instant.now().toString());
    return node;
  }

  /** The contract's error, complete: the clients read its track too. */
  static ObjectNode error(Failure failure, String path, Stopwatch watch) {
    ObjectNode node = JSON.objectNode();
    node.put("status", "error");
    node.put("error", failure.sentence());
    node.put("code", failure.code().name());
    node.putNull("file_hash");
    ObjectNode track = node.putObject("track");
    track.put("artist", UNKNOWN_ARTIST);
    track.put("track_name", stem(path));
    track.put("remix_info", MixKind.ORIGINAL.text());
    track.put("genre", UNKNOWN_GENRE);
    track.putNull("subgenre");
    track.put("confidence", 0.0);
    ObjectNode metadata = node.putObject("metadata");
    metadata.putNull("file_hash");
    metadata.put("is_duplicate", false);
    metadata.put("source", "error_fallback");
    node.set("api_info", apiInfo(watch));
    return node;
  }

  /** As {@link #error}, with what else the caller should know. */
  static ObjectNode error(Failure failure, Map<String, Long> more, Stopwatch watch) {
    ObjectNode node = error(failure, "", watch);
    more.forEach(node::put);
    return node;
  }
}
