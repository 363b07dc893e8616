package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.TagNames.Dialect;
import culturalintelligence.domain.music.AudioReading.Damage;
import java.util.Locale;

/** The comment block of Vorbis, Opus, Speex and FLAC, without framing (Xiph's comment spec). */
final class VorbisComment {
  private VorbisComment() {}

  private static final int MAX_VALUE = 256 << 10;
  private static final int MAX_COMMENTS = 10_000;

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
    long p = from + 4 + vendor;
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
        comment(Text.utf8(in.copy(p, size)), scan, into);
      }
      p += size;
    }
  }

  private static void comment(String comment, Scan scan, TagCollector.Block into) {
    int equals = comment.indexOf('=');
    if (equals < 1) {
      return;
    }
    String name = comment.substring(0, equals);
    String value = comment.substring(equals + 1);
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
