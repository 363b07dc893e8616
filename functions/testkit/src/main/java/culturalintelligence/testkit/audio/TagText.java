package culturalintelligence.testkit.audio;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the tags of a fixture say, before a format gives it names: known fields, own names, a
 * picture.
 */
final class TagText {
  enum Field {
    TITLE("TIT2", "TITLE", "\u00A9nam", "INAM"),
    ARTIST("TPE1", "ARTIST", "\u00A9ART", "IART"),
    ALBUM("TALB", "ALBUM", "\u00A9alb", "IPRD"),
    ALBUM_ARTIST("TPE2", "ALBUMARTIST", "aART", ""),
    GENRE("TCON", "GENRE", "\u00A9gen", "IGNR"),
    DATE("TDRC", "DATE", "\u00A9day", "ICRD"),
    TRACK("TRCK", "TRACKNUMBER", "trkn", "ITRK"),
    BPM("TBPM", "BPM", "tmpo", ""),
    KEY("TKEY", "INITIALKEY", "----:com.apple.iTunes:initialkey", ""),
    LABEL("TPUB", "ORGANIZATION", "----:com.apple.iTunes:LABEL", ""),
    CATALOGUE_NUMBER("TXXX:CATALOG #", "CATALOGNUMBER", "----:com.apple.iTunes:CATALOGNUMBER", ""),
    ISRC("TSRC", "ISRC", "----:com.apple.iTunes:ISRC", ""),
    REMIXER("TPE4", "REMIXER", "----:com.apple.iTunes:REMIXER", ""),
    COMPOSER("TCOM", "COMPOSER", "\u00A9wrt", ""),
    COMMENT("COMM", "COMMENT", "\u00A9cmt", "ICMT");

    final String id3;
    final String vorbis;
    final String mp4;
    final String info;

    Field(String id3, String vorbis, String mp4, String info) {
      this.id3 = id3;
      this.vorbis = vorbis;
      this.mp4 = mp4;
      this.info = info;
    }
  }

  final Map<Field, List<String>> fields = new LinkedHashMap<>();

  /** Names as the format writes them. */
  final Map<String, List<String>> named = new LinkedHashMap<>();

  byte @Nullable [] jpeg;

  void add(Field field, String value) {
    fields.computeIfAbsent(field, f -> new ArrayList<>()).add(value);
  }

  void add(String name, String... values) {
    named.computeIfAbsent(name, n -> new ArrayList<>()).addAll(Arrays.asList(values));
  }

  String first(Field field) {
    List<String> values = fields.get(field);
    return values == null ? "" : values.getFirst();
  }

  boolean isEmpty() {
    return fields.isEmpty() && named.isEmpty() && jpeg == null;
  }
}
