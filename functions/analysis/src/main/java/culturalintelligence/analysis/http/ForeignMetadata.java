package culturalintelligence.analysis.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A migrated row's metadata, which had another maker, in the contract's types: a number where a
 * text is meant becomes its text, a list is joined, a text that is a number becomes one, and what
 * cannot be either is left out. Pictures, binary and a purchaser's data never pass.
 */
final class ForeignMetadata {
  private static final int LONGEST_TEXT = 20_000;

  private static final Set<String> TEXTS =
      Set.of(
          "title",
          "artist",
          "album",
          "albumartist",
          "genre",
          "date",
          "label",
          "bpm",
          "key",
          "comment",
          "composer",
          "tracknumber",
          "discnumber",
          "isrc",
          "catalog");

  private static final Set<String> COUNTS = Set.of("bitrate", "sample_rate", "channels");

  /** Pictures and blobs in the formats' own words, and who bought the file. */
  private static final Set<String> HIDDEN =
      Set.of(
          "apic",
          "pic",
          "covr",
          "geob",
          "priv",
          "metadata_block_picture",
          "coverart",
          "picture",
          "pictures",
          "artwork",
          "cover",
          "ownr",
          "apid",
          "purd",
          "owne",
          "owner",
          "purchaser",
          "purchaseaccount",
          "purchase_account",
          "email");

  private ForeignMetadata() {}

  /** The whole: its two known objects, and what else is short and plain. */
  static ObjectNode of(JsonNode given) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    given
        .properties()
        .forEach(
            field -> {
              String text = field.getValue().isValueNode() ? text(field.getValue()) : null;
              if (text != null && !isHidden(field.getKey())) {
                node.set(field.getKey(), field.getValue());
              }
            });
    if (given.path("normalized").isObject()) {
      node.set("normalized", normalized(given.path("normalized")));
    }
    if (given.path("raw_tags").isObject()) {
      node.set("raw_tags", rawTags(given.path("raw_tags")));
    }
    return node;
  }

  private static ObjectNode normalized(JsonNode given) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    given
        .properties()
        .forEach(
            field -> {
              String name = field.getKey();
              JsonNode value = field.getValue();
              if (isHidden(name)) {
                return;
              }
              if (name.equals("duration")) {
                BigDecimal seconds = number(value);
                if (seconds != null && seconds.signum() > 0) {
                  node.put(name, seconds);
                }
              } else if (COUNTS.contains(name)) {
                BigDecimal count = number(value);
                if (count != null && count.signum() > 0 && count.precision() - count.scale() < 12) {
                  node.put(name, count.longValue());
                }
              } else if (TEXTS.contains(name)) {
                String text = text(value);
                if (text != null) {
                  node.put(name, text);
                }
              } else if (value.isNumber() || value.isBoolean()) {
                node.set(name, value);
              } else if (value.isTextual() && value.textValue().length() <= LONGEST_TEXT) {
                node.set(name, value);
              }
            });
    return node;
  }

  private static ObjectNode rawTags(JsonNode given) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    given
        .properties()
        .forEach(
            tag -> {
              if (isHidden(tag.getKey())) {
                return;
              }
              if (tag.getValue() instanceof ArrayNode array) {
                ArrayNode values = JsonNodeFactory.instance.arrayNode();
                for (JsonNode value : array) {
                  String text = text(value);
                  if (text != null) {
                    values.add(text);
                  }
                }
                if (!values.isEmpty()) {
                  node.set(tag.getKey(), values);
                }
              } else {
                String text = text(tag.getValue());
                if (text != null) {
                  node.put(tag.getKey(), text);
                }
              }
            });
    return node;
  }

  /** By the name's last part: {@code ID3:APIC:cover} and {@code ----:com.apple.iTunes:apID} too. */
  private static boolean isHidden(String name) {
    for (String part : name.toLowerCase(Locale.ROOT).split("[:/]", -1)) {
      if (HIDDEN.contains(part)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String text(JsonNode value) {
    if (value.isTextual()) {
      return value.textValue().length() <= LONGEST_TEXT ? value.textValue() : null;
    }
    if (value.isNumber() || value.isBoolean()) {
      return value.asText();
    }
    if (value instanceof ArrayNode array) {
      StringJoiner joined = new StringJoiner("; ");
      for (JsonNode one : array) {
        if (one.isValueNode() && !one.isNull() && joined.length() <= LONGEST_TEXT) {
          joined.add(one.asText());
        }
      }
      return joined.length() == 0 || joined.length() > LONGEST_TEXT ? null : joined.toString();
    }
    return null;
  }

  private static @Nullable BigDecimal number(JsonNode value) {
    if (value.isNumber()) {
      return value.decimalValue();
    }
    if (value.isTextual() && value.textValue().matches("\\d{1,12}(\\.\\d{1,12})?")) {
      return new BigDecimal(value.textValue());
    }
    return null;
  }
}
