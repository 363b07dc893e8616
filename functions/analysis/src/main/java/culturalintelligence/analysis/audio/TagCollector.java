package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.TagNames.Dialect;
import culturalintelligence.domain.music.TagField;
import culturalintelligence.domain.music.Tags;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the values of one file's tag blocks and merges them: for each field the best block that
 * has it wins whole, so that an ID3v1 title cut at 30 characters never stands before, or beside,
 * the full one.
 */
final class TagCollector {
  private static final int MAX_VALUES = 100;
  private static final int MAX_NAMES = 2_000;
  private static final int MAX_VALUE_CHARS = 256 << 10;
  private static final int MAX_NAME_CHARS = 256;

  private final Scan scan;
  private final List<Block> blocks = new ArrayList<>();
  private int charsLeft = Limits.TEXT_CHARS;

  TagCollector(Scan scan) {
    this.scan = scan;
  }

  /**
   * Begins a tag block.
   *
   * @param rank the higher wins; of equals the first read. Use 40 for what the format itself calls
   *     its tags (Vorbis comments in FLAC, ilst in MP4, ID3v2 in MP3, AIFF, WAV and DSF, APEv2 in
   *     APE), 30 and 20 for second ones, 10 for the poor ones (ID3v1, INFO, AIFF text chunks)
   */
  Block block(int rank) {
    Block b = new Block(rank);
    blocks.add(b);
    return b;
  }

  /** The values of one tag block. */
  final class Block {
    private final int rank;
    private final Map<TagField, Found> fields = new EnumMap<>(TagField.class);
    private final Map<String, List<String>> raw = new LinkedHashMap<>();

    private Block(int rank) {
      this.rank = rank;
    }

    /**
     * A text under its own name. Values that NULs keep apart are several values; a name is cut at
     * its NUL; a purchaser's data and noise are dropped.
     */
    void put(Dialect dialect, String rawName, String value) {
      int nul = rawName.indexOf('\0');
      String name = (nul < 0 ? rawName : rawName.substring(0, nul)).strip();
      if (name.isEmpty() || name.length() > MAX_NAME_CHARS || isPrivate(name)) {
        return;
      }
      TagNames.Meaning meaning = TagNames.of(dialect, dialect == Dialect.RIFF ? rawName : name);
      int from = 0;
      int turns = 0;
      while (from <= value.length() && turns++ < MAX_VALUES) {
        int to = value.indexOf('\0', from);
        String one = clean(value.substring(from, to < 0 ? value.length() : to));
        if (!one.isEmpty()) {
          if (meaning == null) {
            raw(name, one);
          } else {
            field(meaning.field(), meaning.rank(), name, dialect, one);
          }
        }
        if (to < 0) {
          break;
        }
        from = to + 1;
      }
    }

    /** A value whose field the format itself fixes. */
    void field(TagField field, String value) {
      String one = clean(value);
      if (!one.isEmpty()) {
        field(field, 0, "", null, one);
      }
    }

    /** A value for a field, if no name made for it has one. */
    void fallback(TagField field, String value) {
      String one = clean(value);
      if (!one.isEmpty()) {
        field(field, 1000, field.name(), null, one);
      }
    }

    /** A value under a name that is none of the fields. */
    void raw(String name, String value) {
      String one = clean(value);
      if (one.isEmpty() || isPrivate(name) || name.length() > MAX_NAME_CHARS || !spend(one)) {
        return;
      }
      List<String> values = raw.get(name);
      if (values == null) {
        if (raw.size() >= MAX_NAMES) {
          return;
        }
        values = new ArrayList<>(1);
        raw.put(name, values);
      }
      add(values, one);
    }

    private void field(
        TagField field, int rank, String name, @Nullable Dialect dialect, String value) {
      for (Values.Piece piece : Values.read(field, name, dialect, value)) {
        if (!spend(piece.value())) {
          return;
        }
        Found now = fields.get(piece.field());
        if (now == null || rank < now.rank) {
          if (now != null) {
            for (String v : now.values) {
              raw(now.name, v);
            }
          }
          now = new Found(rank, name, new ArrayList<>(1));
          fields.put(piece.field(), now);
        } else if (rank > now.rank) {
          raw(name, piece.value());
          continue;
        }
        add(now.values, piece.value());
      }
    }

    private void add(List<String> values, String value) {
      if (values.size() < MAX_VALUES && !values.contains(value)) {
        values.add(value);
      }
    }

    private boolean spend(String value) {
      if (value.length() > MAX_VALUE_CHARS || charsLeft < value.length()) {
        scan.note("tag text beyond the limit left out");
        return false;
      }
      charsLeft -= value.length();
      return true;
    }
  }

  private record Found(int rank, String name, List<String> values) {}

  Tags result() {
    List<Block> best = new ArrayList<>(blocks);
    best.sort(Comparator.comparingInt((Block b) -> b.rank).reversed());
    Map<TagField, List<String>> fields = new EnumMap<>(TagField.class);
    Map<String, List<String>> raw = new LinkedHashMap<>();
    for (Block b : best) {
      b.fields.forEach((field, found) -> fields.putIfAbsent(field, List.copyOf(found.values)));
      b.raw.forEach((name, values) -> raw.putIfAbsent(name, List.copyOf(values)));
    }
    return fields.isEmpty() && raw.isEmpty() ? Tags.NONE : new Tags(fields, raw);
  }

  /** Who bought the file, and keys of shops, are nobody's business here. */
  private static boolean isPrivate(String name) {
    String n = name.toLowerCase(Locale.ROOT);
    return n.equals("ownr")
        || n.equals("apid")
        || n.equals("akid")
        || n.equals("town")
        || n.equals("owne")
        || n.endsWith(":ownr")
        || n.endsWith(":apid")
        || n.endsWith("account_id")
        || n.contains("purchase");
  }

  /** Without NULs, byte order marks, broken surrogates and white space around. */
  static String clean(String value) {
    int from = 0;
    int to = value.length();
    while (from < to && isMargin(value.charAt(from))) {
      from++;
    }
    while (to > from && isMargin(value.charAt(to - 1))) {
      to--;
    }
    String s = value.substring(from, to);
    StringBuilder changed = null;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      boolean bad = c < 0x20 && c != '\n' && c != '\r' && c != '\t';
      if (Character.isHighSurrogate(c)
          && i + 1 < s.length()
          && Character.isLowSurrogate(s.charAt(i + 1))) {
        if (changed != null) {
          changed.append(c).append(s.charAt(i + 1));
        }
        i++;
        continue;
      }
      bad |= Character.isSurrogate(c);
      if (bad && changed == null) {
        changed = new StringBuilder(s.length()).append(s, 0, i);
      }
      if (changed != null && !bad) {
        changed.append(c);
      }
    }
    return changed == null ? s : changed.toString().strip();
  }

  private static boolean isMargin(char c) {
    return c <= ' ' || c == '\ufeff' || c == '\ufffe' || Character.isWhitespace(c);
  }
}
