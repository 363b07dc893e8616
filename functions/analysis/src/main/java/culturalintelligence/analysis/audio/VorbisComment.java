package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.TagNames.Dialect;
import culturalintelligence.domain.music.AudioReading.Damage;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The comment block of Vorbis, Opus, Speex and FLAC, without framing (Xiph's comment spec). */
final class VorbisComment {
  private VorbisComment() {}

  private static final int MAX_VALUE = 256 << 10;
  private static final int MAX_COMMENTS = 10_000;

  /** A block with pictures in it isn't copied. */
  private static final int MAX_BLOCK = 128 << 10;

  /** Reads the block in [from, to): vendor first. What is cut short is read as far as it goes. */
  static void read(Bytes in, long from, long to, Scan scan, TagCollector.Block into) {
    long end = Math.min(to, in.size());
    if (end - from < 8) {
      return;
    }
    long vendor = in.u32le(from);
    if (vendor > end - from - 8) {
      scan.damage(Damage.CORRUPT, "a Vorbis comment is longer than its block");
      return;
    }
    if (vendor > 0 && vendor <= 1024) {
      scan.encoder(Text.utf8(in.copy(from + 4, vendor)));
    }
    long first = from + 4 + vendor;
    List<JaudiotaggerGate.Comment> comments = readByLibrary(in, from, first, end);
    if (comments == null) {
      readHere(in, first, end, scan, into);
      return;
    }
    for (JaudiotaggerGate.Comment c : comments) {
      comment(c.name(), c.value(), scan, into);
    }
  }

  /**
   * The block by jaudiotagger, if its structure is sound: lengths that fit, texts that are UTF-8,
   * names, nothing large. Null when it isn't, or the library loses something.
   */
  private static @Nullable List<JaudiotaggerGate.Comment> readByLibrary(
      Bytes in, long from, long first, long end) {
    long count = in.u32le(first);
    if (count > MAX_COMMENTS || end - from > MAX_BLOCK) {
      return null;
    }
    byte[] b = in.copy(from, end - from);
    int p = (int) (first - from) + 4;
    for (long i = 0; i < count; i++) {
      if (b.length - p < 4) {
        return null;
      }
      in.limits().step();
      long size =
          (b[p] & 0xff)
              | (b[p + 1] & 0xff) << 8
              | (b[p + 2] & 0xff) << 16
              | (b[p + 3] & 0xffL) << 24;
      p += 4;
      if (size < 3 || size > Math.min(MAX_VALUE, b.length - p)) {
        return null;
      }
      int to = p + (int) size;
      int equals = p;
      while (equals < to && b[equals] != '=') {
        equals++;
      }
      // Its fields stumble over a comment without a name or a value.
      if (equals == p || equals >= to - 1 || !Text.isUtf8(b, p, to)) {
        return null;
      }
      p = to;
    }
    return JaudiotaggerGate.vorbisComments(b, (int) count);
  }

  private static void readHere(Bytes in, long first, long end, Scan scan, TagCollector.Block into) {
    long p = first;
    long count = in.u32le(p);
    p += 4;
    for (long i = 0; i < Math.min(count, MAX_COMMENTS) && end - p >= 4; i++) {
      in.limits().step();
      long size = in.u32le(p);
      p += 4;
      if (size > end - p) {
        scan.damage(Damage.CORRUPT, "a Vorbis comment is longer than its block");
        size = end - p;
      }
      if (size > 0 && size <= MAX_VALUE) {
        String comment = Text.utf8(in.copy(p, size));
        int equals = comment.indexOf('=');
        if (equals > 0) {
          comment(comment.substring(0, equals), comment.substring(equals + 1), scan, into);
        }
      }
      p += size;
    }
  }

  private static void comment(String name, String value, Scan scan, TagCollector.Block into) {
    String upper = name.toUpperCase(Locale.ROOT);
    if (upper.startsWith("SERATO_")) {
      Serato.readBase64(upper.substring(7), value, scan.dj);
      return;
    }
    if (upper.equals("METADATA_BLOCK_PICTURE") || upper.startsWith("COVERART")) {
      return;
    }
    into.put(Dialect.VORBIS, name, value);
  }
}
