package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.DjData;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/**
 * What Serato keeps in a file: GEOB frames in ID3, base64 texts in FLAC ({@code SERATO_MARKERS_V2})
 * and MP4 ({@code ----:com.serato.dj:markersv2}). The layouts are known from public reverse
 * engineering (Mixxx's wiki, Jan Holthuis' serato-tags).
 */
final class Serato {
  private Serato() {}

  private static final int MAX_ENTRIES = 1_000;

  /** A block by its GEOB description, such as {@code Serato Markers2}. */
  static void read(String description, byte[] b, DjCollector dj) {
    switch (description) {
      case "Serato Autotags" -> autotags(b, dj);
      case "Serato Markers2" -> markers2(b, dj);
      case "Serato BeatGrid" -> beatGrid(b, dj);
      default -> {}
    }
  }

  /** A block as base64, under the name FLAC or MP4 gives it. */
  static void readBase64(String name, String text, DjCollector dj) {
    String description =
        switch (name.toLowerCase(Locale.ROOT)) {
          case "autogain", "autotags", "autgain" -> "Serato Autotags";
          case "markers_v2", "markersv2" -> "Serato Markers2";
          case "beatgrid" -> "Serato BeatGrid";
          default -> "";
        };
    if (description.isEmpty() || text.length() > 1 << 20) {
      return;
    }
    byte[] b = base64(text.getBytes(StandardCharsets.ISO_8859_1));
    // A media type, an empty file name and the description stand in front, as in a GEOB frame.
    byte[] title = description.getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i + title.length < Math.min(b.length, 200); i++) {
      if (b[i] == 'S' && Arrays.equals(b, i, i + title.length, title, 0, title.length)) {
        read(description, Arrays.copyOfRange(b, i + title.length + 1, b.length), dj);
        return;
      }
    }
    read(description, b, dj);
  }

  /** Serato leaves out padding and breaks lines; a last lone character is nothing. */
  private static byte[] base64(byte[] text) {
    byte[] clean = new byte[text.length];
    int n = 0;
    for (byte c : text) {
      boolean good =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || c == '+'
              || c == '/';
      if (good) {
        clean[n++] = c;
      } else if (c == 0) {
        break;
      }
    }
    if (n % 4 == 1) {
      n--;
    }
    return Base64.getDecoder().decode(Arrays.copyOf(clean, n));
  }

  /** Version, then BPM, auto gain and gain as texts that end in NUL. */
  private static void autotags(byte[] b, DjCollector dj) {
    if (b.length < 4) {
      return;
    }
    String[] texts = Text.latin1(b, 2, b.length).split("\0", 4);
    dj.source("Serato Autotags");
    try {
      dj.bpm(Double.parseDouble(texts[0].strip()));
      if (texts.length > 1) {
        dj.autoGain(Double.parseDouble(texts[1].strip()));
      }
    } catch (NumberFormatException e) {
      // Not analysed yet: the texts are empty.
      return;
    }
  }

  private static void markers2(byte[] b, DjCollector dj) {
    byte[] m = b;
    if (m.length >= 2 && m[0] == 1 && m[1] == 1) {
      m = base64(Arrays.copyOfRange(m, 2, m.length));
    }
    if (m.length < 2 || m[0] != 1 || m[1] != 1) {
      return;
    }
    dj.source("Serato Markers2");
    int p = 2;
    for (int i = 0; i < MAX_ENTRIES && p < m.length && m[p] != 0; i++) {
      int nameEnd = p;
      while (nameEnd < m.length && m[nameEnd] != 0) {
        nameEnd++;
      }
      if (nameEnd + 5 > m.length) {
        return;
      }
      String name = Text.latin1(m, p, nameEnd);
      long size = u32(m, nameEnd + 1);
      int data = nameEnd + 5;
      if (size > m.length - data) {
        return;
      }
      int length = (int) size;
      if (name.equals("CUE") && length >= 12) {
        dj.cue(
            new DjData.Cue(
                m[data + 1] & 0xff,
                u32(m, data + 2) / 1000.0,
                null,
                label(m, data + 12, data + length),
                rgb(m, data + 7)));
      } else if (name.equals("LOOP") && length >= 20) {
        dj.cue(
            new DjData.Cue(
                m[data + 1] & 0xff,
                u32(m, data + 2) / 1000.0,
                u32(m, data + 6) / 1000.0,
                label(m, data + 20, data + length),
                null));
      }
      p = data + length;
    }
  }

  private static void beatGrid(byte[] b, DjCollector dj) {
    if (b.length < 6 || b[0] != 1 || b[1] != 0) {
      return;
    }
    long count = u32(b, 2);
    dj.source("Serato BeatGrid");
    int p = 6;
    for (long i = 0; i < count && p + 8 <= b.length; i++) {
      double seconds = Float.intBitsToFloat((int) u32(b, p));
      if (i == count - 1) {
        double bpm = Float.intBitsToFloat((int) u32(b, p + 4));
        dj.beat(new DjData.BeatMarker(seconds, null, bpm > 0 && bpm < 1000 ? bpm : null));
      } else {
        long beats = u32(b, p + 4);
        dj.beat(
            new DjData.BeatMarker(
                seconds, beats > 0 && beats < 1_000_000 ? (int) beats : null, null));
      }
      p += 8;
    }
  }

  private static String label(byte[] b, int from, int to) {
    int end = from;
    while (end < to && b[end] != 0) {
      end++;
    }
    return from >= to ? "" : TagCollector.clean(Text.utf8(b, from, end));
  }

  private static int rgb(byte[] b, int p) {
    return (b[p] & 0xff) << 16 | (b[p + 1] & 0xff) << 8 | (b[p + 2] & 0xff);
  }

  private static long u32(byte[] b, int p) {
    return (b[p] & 0xffL) << 24
        | (b[p + 1] & 0xffL) << 16
        | (b[p + 2] & 0xffL) << 8
        | (b[p + 3] & 0xffL);
  }
}
