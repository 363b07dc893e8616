package culturalintelligence.analysis;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.StreamFacts;
import culturalintelligence.domain.music.TagField;
import culturalintelligence.domain.music.Tags;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The answer's metadata as far as the bytes decide it, as the JSON that is kept with them: two
 * copies of a file share it.
 *
 * <p>PostgreSQL's jsonb holds neither NUL nor half a surrogate pair, in values or in keys; both
 * occur in real tags and are left out here. Texts are cut where no reader goes on: a tag of a
 * megabyte is a mistake, and the answer has to be sent.
 */
final class MetadataPart {
  private static final int LONGEST_TEXT = 20_000;
  private static final int LONGEST_KEY = 200;
  private static final int MOST_VALUES = 200;
  private static final int MOST_TEXT = 400_000;

  /** The contract's names for what we call otherwise. */
  private static final Map<TagField, String> NAMES =
      Map.of(
          TagField.ALBUM_ARTIST, "albumartist",
          TagField.TRACK_NUMBER, "tracknumber",
          TagField.TRACK_TOTAL, "tracktotal",
          TagField.DISC_NUMBER, "discnumber",
          TagField.DISC_TOTAL, "disctotal",
          TagField.CATALOGUE_NUMBER, "catalog");

  private int textLeft = MOST_TEXT;

  private MetadataPart() {}

  static String of(AudioReading reading) {
    return new MetadataPart().part(reading).toString();
  }

  private ObjectNode part(AudioReading reading) {
    ObjectNode part = JsonNodeFactory.instance.objectNode();
    switch (reading) {
      case AudioReading.Read read -> {
        part.set("normalized", normalized(read.stream(), read.tags()));
        part.set("raw_tags", rawTags(read.tags()));
        part.put("extraction_success", true);
        notes(part, read.notes());
        AudioReading.Damage damage = read.damage();
        if (damage != null) {
          part.put("damage", damage.name().toLowerCase(Locale.ROOT));
        }
        String md5 = read.audioMd5();
        if (md5 != null) {
          part.put("audio_md5", md5);
        }
      }
      case AudioReading.Unreadable unreadable -> failed(part, unreadable.reason());
      case AudioReading.NotAudio notAudio -> failed(part, notAudio.reason());
    }
    return part;
  }

  private void failed(ObjectNode part, String reason) {
    part.putObject("normalized");
    part.putObject("raw_tags");
    part.put("extraction_success", false);
    part.put("error", clean(reason, LONGEST_TEXT));
  }

  private void notes(ObjectNode part, List<String> notes) {
    if (!notes.isEmpty()) {
      ArrayNode array = part.putArray("notes");
      notes.stream().limit(MOST_VALUES).forEach(note -> array.add(clean(note, LONGEST_TEXT)));
    }
  }

  private ObjectNode normalized(StreamFacts stream, Tags tags) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    for (TagField field : TagField.values()) {
      tags.first(field)
          .map(value -> clean(value, LONGEST_TEXT))
          .filter(value -> !value.isBlank())
          .ifPresent(value -> node.put(name(field), value));
    }
    node.put("container", stream.container());
    node.put("codec", stream.codec());
    Double duration = stream.durationSeconds();
    if (duration != null) {
      // Microseconds are finer than any frame.
      node.put("duration", Math.round(duration * 1e6) / 1e6);
    }
    Long bitrate = stream.bitrate();
    if (bitrate != null) {
      node.put("bitrate", bitrate.longValue());
    }
    Integer sampleRate = stream.sampleRate();
    if (sampleRate != null) {
      node.put("sample_rate", sampleRate.intValue());
    }
    Integer channels = stream.channels();
    if (channels != null) {
      node.put("channels", channels.intValue());
    }
    Integer bitDepth = stream.bitDepth();
    if (bitDepth != null) {
      node.put("bit_depth", bitDepth.intValue());
    }
    StreamFacts.BitrateMode mode = stream.bitrateMode();
    if (mode != null) {
      node.put("bitrate_mode", mode.name().toLowerCase(Locale.ROOT));
    }
    String encoder = stream.encoder();
    if (encoder != null && !node.has("encoder")) {
      node.put("encoder", clean(encoder, LONGEST_TEXT));
    }
    node.put("lossless", stream.lossless());
    return node;
  }

  private static String name(TagField field) {
    String name = NAMES.get(field);
    return name != null ? name : field.name().toLowerCase(Locale.ROOT);
  }

  private ObjectNode rawTags(Tags tags) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, List<String>> tag : new TreeMap<>(tags.raw()).entrySet()) {
      String key = clean(tag.getKey(), LONGEST_KEY);
      if (key.isBlank() || tag.getValue().isEmpty() || textLeft <= 0) {
        continue;
      }
      if (tag.getValue().size() == 1) {
        node.put(key, clean(tag.getValue().getFirst(), LONGEST_TEXT));
      } else {
        ArrayNode values = node.putArray(key);
        tag.getValue().stream()
            .limit(MOST_VALUES)
            .forEach(value -> values.add(clean(value, LONGEST_TEXT)));
      }
    }
    return node;
  }

  private String clean(String text, int longest) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), longest));
    text.codePoints()
        .filter(c -> c != 0 && !(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE))
        .limit(Math.min(longest, Math.max(0, textLeft)))
        .forEach(clean::appendCodePoint);
    textLeft -= clean.length();
    return clean.toString();
  }
}
