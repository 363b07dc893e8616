package culturalintelligence.persistence.mapping;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.MigratedTrack;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.domain.music.MixKind;
import culturalintelligence.domain.music.MusicalKey;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What an old track row says, in the typed columns' terms. Total and deterministic: any row gives
 * typed values, and the same row always the same ones, so that a comparison can make them again.
 *
 * <p>A value that does not fit its column (a tempo of "fast", a confidence of 7) is absent here and
 * stays, as it was, in the carried row.
 */
public final class TrackMapping {
  private static final JsonFactory JSON = new JsonFactory();
  private static final BigDecimal MAX_BPM = new BigDecimal("9999.99");
  private static final BigDecimal REVIEW_BELOW = new BigDecimal("0.6");

  /** The members that are looked at; all others are passed over unread. */
  private static final Set<String> SAID =
      Set.of(
          "artist",
          "track_name",
          "title",
          "remix_info",
          "label",
          "catalog_number",
          "genre",
          "subgenre",
          "bpm",
          "musical_key",
          "key",
          "confidence");

  private static final Set<String> READ = Set.of("file_hash");
  private static final int SHA256_DIGITS = 64;

  private final String table;
  private final int[] key;
  private final int path;
  private final int classification;
  private final int extraction;
  private final int decidedAt;
  private final int confidence;

  public TrackMapping(SourceTable table, Mapping.Tracks mapping) {
    List<String> names = table.columns().stream().map(SourceColumn::name).toList();
    this.table = table.qualifiedName();
    this.key = table.key().stream().mapToInt(names::indexOf).toArray();
    this.path = names.indexOf(mapping.path());
    this.classification = names.indexOf(mapping.classification());
    this.extraction = mapping.extraction().map(names::indexOf).orElse(-1);
    this.decidedAt = mapping.decidedAt().map(names::indexOf).orElse(-1);
    this.confidence = mapping.confidence().map(names::indexOf).orElse(-1);
  }

  /** The position of the path among the table's columns. */
  public int pathColumn() {
    return path;
  }

  /**
   * Maps one row.
   *
   * @param fields gives the UTF-8 text of the column at a position, or null for NULL
   */
  public MigratedTrack apply(IntFunction<byte @Nullable []> fields) {
    Map<String, String> said = scalars(fields.apply(classification), SAID);
    Map<String, String> read = extraction < 0 ? Map.of() : scalars(fields.apply(extraction), READ);
    BigDecimal sure = confidence(said.get("confidence"));
    if (sure == null && confidence >= 0) {
      sure = confidence(textOrNull(fields.apply(confidence)));
    }
    String mix = text(said, "remix_info");
    Optional<MixKind> kind =
        Optional.ofNullable(mix)
            .flatMap(m -> MixKind.ofCode(m.toLowerCase(Locale.ROOT).replace(' ', '_')));
    String decided = decidedAt < 0 ? null : textOrNull(fields.apply(decidedAt));
    return new MigratedTrack(
        id(fields),
        new String(required(fields.apply(path)), StandardCharsets.UTF_8),
        sha256(read.get("file_hash")),
        text(said, "artist"),
        text(said, "track_name", "title"),
        kind.map(MixKind::code).orElse(null),
        mix,
        text(said, "label"),
        text(said, "catalog_number"),
        text(said, "genre"),
        text(said, "subgenre"),
        bpm(said.get("bpm")),
        Optional.ofNullable(text(said, "musical_key", "key"))
            .flatMap(MusicalKey::of)
            .map(MusicalKey::canonical)
            .orElse(null),
        sure,
        sure == null || sure.compareTo(REVIEW_BELOW) < 0,
        decided == null ? "-infinity" : decided);
  }

  /**
   * The classification's number, from the table and the key, each with its length: the same row,
   * the same number.
   */
  public UUID id(IntFunction<byte @Nullable []> fields) {
    MessageDigest digest = sha256();
    update(digest, table.getBytes(StandardCharsets.UTF_8));
    for (int column : key) {
      update(digest, required(fields.apply(column)));
    }
    ByteBuffer bytes = ByteBuffer.wrap(digest.digest());
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  private static void update(MessageDigest digest, byte[] part) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
    digest.update(part);
  }

  private static byte[] required(byte @Nullable [] value) {
    if (value == null) {
      throw new IllegalStateException("a key or path column is NULL, which its table forbids");
    }
    return value;
  }

  private static @Nullable String textOrNull(byte @Nullable [] value) {
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  /** These scalar members of a JSON object's first level; what is no object has none. */
  private static Map<String, String> scalars(byte @Nullable [] json, Set<String> names) {
    if (json == null) {
      return Map.of();
    }
    Map<String, String> members = new HashMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Map.of();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value.isStructStart()) {
          parser.skipChildren();
        } else if (names.contains(name)) {
          if (value == JsonToken.VALUE_STRING || value.isNumeric()) {
            members.put(name, parser.getText());
          } else {
            members.remove(name);
          }
        }
      }
    } catch (IOException e) {
      // The server accepted it as JSON; what this parser's limits refuse stays in the carried row.
      return members;
    }
    return members;
  }

  private static @Nullable String text(Map<String, String> members, String... names) {
    for (String name : names) {
      String value = members.get(name);
      if (value != null) {
        // PostgreSQL's text holds no NUL, which JSON may; nor can it hold half a surrogate pair.
        String clean = wellFormed(value.replace("\0", "")).strip();
        if (!clean.isEmpty()) {
          return clean;
        }
      }
    }
    return null;
  }

  private static String wellFormed(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (Character.isSurrogate(value.charAt(i))) {
        return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      }
    }
    return value;
  }

  private static @Nullable BigDecimal number(@Nullable String text) {
    if (text == null || text.length() > 40) {
      return null;
    }
    try {
      BigDecimal number = new BigDecimal(text.strip());
      return Math.abs(number.scale()) > 40 ? null : number;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable BigDecimal bpm(@Nullable String text) {
    BigDecimal number = number(text);
    if (number == null) {
      return null;
    }
    BigDecimal bpm = number.setScale(2, RoundingMode.HALF_UP);
    return bpm.signum() > 0 && bpm.compareTo(MAX_BPM) <= 0 ? bpm : null;
  }

  private static @Nullable BigDecimal confidence(@Nullable String text) {
    BigDecimal number = number(text);
    if (number == null || number.signum() < 0 || number.compareTo(BigDecimal.ONE) > 0) {
      return null;
    }
    return number.setScale(15, RoundingMode.HALF_UP);
  }

  private static @Nullable String sha256(@Nullable String text) {
    return text != null
            && text.length() == SHA256_DIGITS
            && text.chars().allMatch(HexFormat::isHexDigit)
        ? text.toLowerCase(Locale.ROOT)
        : null;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
