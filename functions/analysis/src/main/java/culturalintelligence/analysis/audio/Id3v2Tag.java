package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.TagNames.Dialect;
import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.TagField;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * ID3v2.2, 2.3 and 2.4 blocks, wherever they lie (id3.org's informal standards).
 *
 * <p>The frames are walked in place and only texts and DJ blobs are copied, so a picture of a
 * megabyte costs nothing. What writers get wrong and readers must not: sizes of 2.4 written plainly
 * (old iTunes) and of 2.3 written syncsafe; three-letter names in 2.3 tags; an extended header
 * announced and not there; unsynchronisation announced and not done; a byte order mark for each
 * value, or two for one, or none.
 */
final class Id3v2Tag {
  private static final int HEADER = 10;
  private static final int MAX_TEXT_FRAME = 1 << 20;
  private static final int MAX_BLOB_FRAME = 1 << 20;
  private static final int MAX_UNSYNCHRONISED = 6 << 20;

  private final Bytes in;
  private final int version;
  private final boolean unsynchronised;
  private final Scan scan;
  private final TagCollector.Block into;

  private Id3v2Tag(
      Bytes in, int version, boolean unsynchronised, Scan scan, TagCollector.Block into) {
    this.in = in;
    this.version = version;
    this.unsynchronised = unsynchronised;
    this.scan = scan;
    this.into = into;
  }

  /** The whole length of the tag that starts here, footer and all; 0 when none does. */
  static long length(Bytes in, long p) {
    if (!in.at(p, "ID3") || !in.has(p, HEADER)) {
      return 0;
    }
    if (in.u8(p + 3) == 0xff || in.u8(p + 4) == 0xff) {
      return 0;
    }
    long size = syncsafe(in, p + 6);
    if (size < 0) {
      return 0;
    }
    boolean footer = in.u8(p + 3) >= 4 && (in.u8(p + 5) & 0x10) != 0;
    return HEADER + size + (footer ? HEADER : 0);
  }

  /** The 28 bits at p, or -1 when a high bit is set. */
  private static long syncsafe(Bytes in, long p) {
    long v = in.u32be(p);
    if ((v & 0x80808080L) != 0) {
      return -1;
    }
    return (v & 0x7f) | (v >> 1 & 0x3f80) | (v >> 2 & 0x1fc000) | (v >> 3 & 0xfe00000);
  }

  /**
   * Reads the tag at {@code from}; nothing is read at or after {@code to}. Damage in the tag ends
   * the tag, not the file.
   *
   * @return where the tag ends by its own header, or {@code from} when there is none
   */
  static long read(Bytes in, long from, long to, Scan scan, TagCollector.Block into) {
    long length = length(in, from);
    if (length == 0) {
      return from;
    }
    int version = in.u8(from + 3);
    int flags = in.u8(from + 5);
    long bodyEnd = from + HEADER + syncsafe(in, from + 6);
    if (bodyEnd > Math.min(to, in.size())) {
      bodyEnd = Math.min(to, in.size());
      scan.damage(Damage.TRUNCATED, "an ID3v2 tag is longer than what holds it");
    }
    if (version < 2 || version > 4) {
      scan.note("an ID3v2 tag of unknown version 2." + version + " left out");
      return from + length;
    }
    try {
      boolean whole = (flags & 0x80) != 0 && version < 4;
      if (whole && bodyEnd - from - HEADER > MAX_UNSYNCHRONISED) {
        scan.note("an ID3v2 tag beyond the limit left out");
      } else if (whole) {
        byte[] body = synchronise(in.copy(from + HEADER, bodyEnd - from - HEADER));
        Bytes over = in.over(body);
        new Id3v2Tag(over, version, false, scan, into).frames(0, body.length, flags);
      } else {
        new Id3v2Tag(in, version, (flags & 0x80) != 0, scan, into)
            .frames(from + HEADER, bodyEnd, flags);
      }
    } catch (Bytes.OutOfBytes e) {
      scan.damage(Damage.CORRUPT, "an ID3v2 tag breaks off");
    }
    return from + length;
  }

  private void frames(long from, long end, int flags) {
    long p = from;
    if (version == 2 && (flags & 0x40) != 0 && end - p >= 6 && !isName(p, 3)) {
      scan.note("a compressed ID3v2.2 tag left out");
      return;
    }
    if (version > 2 && (flags & 0x40) != 0 && end - p >= 4 && !isName(p, 4)) {
      long size = version == 4 ? syncsafe(in, p) : in.u32be(p) + 4;
      if (size >= 4 && size <= end - p) {
        p += size;
      }
    }
    int nameLength = version == 2 ? 3 : 4;
    int headerLength = version == 2 ? 6 : 10;
    while (end - p >= headerLength) {
      in.limits().step();
      if (in.u8(p) == 0) {
        // Padding; a few writers leave a stray zero or two between frames.
        long next = p;
        while (next < end - headerLength && next - p < 16 && in.u8(next) == 0) {
          next++;
        }
        if (next - p >= 16 || end - next < headerLength || !isName(next, nameLength)) {
          return;
        }
        p = next;
      }
      if (!isName(p, nameLength)) {
        scan.note("an ID3v2 tag holds bytes that are no frame");
        return;
      }
      long body = p + headerLength;
      long size = version == 2 ? in.u24be(p + 3) : size(p, end);
      if (size < 0 || size > end - body) {
        scan.note("an ID3v2 frame is longer than its tag");
        size = end - body;
        if (in.u8(p) != 'T') {
          return;
        }
      }
      String name = name(p, nameLength);
      if (size > 0) {
        try {
          frame(name, version == 2 ? 0 : in.u16be(p + 8), body, size);
        } catch (Bytes.OutOfBytes e) {
          scan.note("an ID3v2 frame breaks off");
        }
      }
      p = body + size;
    }
  }

  /**
   * The size of a frame of 2.3 or 2.4: as the version has it, unless only the other way leads to a
   * next frame.
   */
  private long size(long p, long end) {
    long plain = in.u32be(p + 4);
    long safe = syncsafe(in, p + 4);
    if (plain < 0x80) {
      return plain;
    }
    long mine = version == 4 ? safe : plain;
    long other = version == 4 ? plain : safe;
    if (mine >= 0 && leadsOn(p + HEADER + mine, end)) {
      return mine;
    }
    if (other >= 0 && leadsOn(p + HEADER + other, end)) {
      return other;
    }
    return mine;
  }

  private boolean leadsOn(long p, long end) {
    if (p == end) {
      return true;
    }
    if (p > end) {
      return false;
    }
    if (in.u8(p) == 0) {
      return true;
    }
    return end - p >= HEADER && isName(p, 4);
  }

  private boolean isName(long p, int length) {
    for (int i = 0; i < length; i++) {
      int c = in.u8(p + i);
      boolean letter = c >= 'A' && c <= 'Z';
      boolean digit = c >= '0' && c <= '9';
      // Three letters and a zero or a space: a 2.2 frame carried over by a careless converter.
      boolean carried = i == 3 && (c == 0 || c == ' ');
      if (!letter && !(digit && i > 0) && !carried) {
        return false;
      }
    }
    return true;
  }

  private String name(long p, int length) {
    char[] c = new char[length];
    for (int i = 0; i < length; i++) {
      c[i] = (char) in.u8(p + i);
    }
    return new String(c, 0, length == 4 && c[3] <= ' ' ? 3 : length);
  }

  private void frame(String name, int flags, long from, long size) {
    char kind = name.charAt(0);
    boolean text =
        kind == 'T'
            || kind == 'W'
            || switch (name) {
              case "COMM", "COM", "POPM", "POP", "GRP1", "MVNM", "MVIN", "RVA2", "USLT", "ULT" ->
                  true;
              default -> false;
            };
    boolean blob = name.equals("GEOB") || name.equals("GEO");
    if (!text && !blob) {
      return;
    }
    if (size > (blob ? MAX_BLOB_FRAME : MAX_TEXT_FRAME)) {
      scan.note("the frame " + name + " is beyond the limit and left out");
      return;
    }
    byte[] b = body(name, flags, from, size);
    if (b == null || b.length == 0) {
      return;
    }
    switch (name) {
      case "TXXX", "TXX" -> userText(b);
      case "WXXX", "WXX" -> userUrl(b);
      case "COMM", "COM" -> comment(b, "COMM");
      case "USLT", "ULT" -> comment(b, "USLT");
      case "POPM", "POP" -> popularimeter(b);
      case "RVA2" -> relativeVolume(b);
      case "GEOB", "GEO" -> object(b);
      default -> {
        if (kind == 'W') {
          into.raw(name, Text.latin1(b, 0, b.length));
        } else if (name.equals("TIPL") || name.equals("TMCL") || name.equals("IPLS")) {
          into.raw(name, String.join("/", texts(b, 1, b.length, b[0])));
        } else {
          text(name, b);
        }
      }
    }
  }

  /** The frame's content with the frame's own wrappings taken off; null when it is encrypted. */
  private byte @Nullable [] body(String name, int flags, long from, long size) {
    byte[] b;
    if (version == 4) {
      long p = from;
      long end = from + size;
      if ((flags & 0x40) != 0) {
        p++;
      }
      if ((flags & 0x04) != 0) {
        return null;
      }
      if ((flags & 0x01) != 0) {
        p += 4;
      } else if ((flags & 0x08) != 0) {
        // Compression asks for the length in front; some leave out the flag that says so.
        p += 4;
      }
      if (p >= end) {
        return null;
      }
      b = in.copy(p, end - p);
      if (unsynchronised || (flags & 0x02) != 0) {
        b = synchronise(b);
      }
      if ((flags & 0x08) != 0) {
        b = inflate(name, b);
      }
    } else if (version == 3) {
      long p = from;
      long end = from + size;
      boolean compressed = (flags & 0x80) != 0;
      if (compressed) {
        p += 4;
      }
      if ((flags & 0x40) != 0) {
        return null;
      }
      if ((flags & 0x20) != 0) {
        p++;
      }
      if (p >= end) {
        return null;
      }
      b = in.copy(p, end - p);
      if (compressed) {
        b = inflate(name, b);
      }
    } else {
      b = in.copy(from, size);
    }
    return b;
  }

  private byte @Nullable [] inflate(String name, byte[] packed) {
    try (Inflater inflater = new Inflater()) {
      inflater.setInput(packed);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[8192];
      while (!inflater.finished()) {
        int n = inflater.inflate(buffer);
        if (n == 0) {
          break;
        }
        in.limits().copy(n);
        if (out.size() + n > MAX_TEXT_FRAME) {
          scan.note("the frame " + name + " is beyond the limit and left out");
          return null;
        }
        out.write(buffer, 0, n);
      }
      return out.toByteArray();
    } catch (DataFormatException e) {
      scan.note("the compressed frame " + name + " can't be unpacked");
      return null;
    }
  }

  /** Takes out the zero that was put after each FF; bytes where none was put stay as they are. */
  private static byte[] synchronise(byte[] b) {
    int first = -1;
    for (int i = 0; i + 1 < b.length; i++) {
      if (b[i] == (byte) 0xff) {
        if ((b[i + 1] & 0xe0) == 0xe0) {
          // A sync in there: it was announced, but not done.
          return b;
        }
        if (b[i + 1] == 0 && first < 0) {
          first = i;
        }
      }
    }
    if (first < 0) {
      return b;
    }
    byte[] out = new byte[b.length];
    int n = 0;
    for (int i = 0; i < b.length; i++) {
      out[n++] = b[i];
      if (b[i] == (byte) 0xff && i + 1 < b.length && b[i + 1] == 0) {
        i++;
      }
    }
    return java.util.Arrays.copyOf(out, n);
  }

  private void text(String name, byte[] b) {
    int from = 1;
    int encoding = b[0];
    if (encoding < 0 || encoding >= ' ') {
      // No encoding byte at all: the text starts at once.
      from = 0;
      encoding = 0;
    }
    for (String value : texts(b, from, b.length, encoding)) {
      into.put(Dialect.ID3, name, value);
    }
  }

  private void userText(byte[] b) {
    List<String> parts = texts(b, 1, b.length, b[0]);
    if (parts.size() < 2) {
      return;
    }
    String name = "TXXX:" + TagCollector.clean(parts.getFirst());
    for (String value : parts.subList(1, parts.size())) {
      into.put(Dialect.ID3, name, value);
    }
  }

  private void userUrl(byte[] b) {
    int end = endOfText(b, 1, b[0]);
    int next = Math.min(b.length, end + unit(b[0]));
    into.raw("WXXX:" + TagCollector.clean(decode(b, 1, end, b[0])), Text.latin1(b, next, b.length));
  }

  private void comment(byte[] b, String name) {
    if (b.length < 5) {
      return;
    }
    int encoding = b[0];
    int end = endOfText(b, 4, encoding);
    String description = TagCollector.clean(decode(b, 4, end, encoding));
    int next = Math.min(b.length, end + unit(encoding));
    if (next >= b.length) {
      if (end < b.length || description.isEmpty()) {
        return;
      }
      // No terminator: the writer left the description out.
      into.put(Dialect.ID3, name, description);
      return;
    }
    for (String value : texts(b, next, b.length, encoding)) {
      if (description.isEmpty()) {
        into.put(Dialect.ID3, name, value);
      } else {
        into.put(Dialect.ID3, name + ":" + description, value);
      }
    }
  }

  private void popularimeter(byte[] b) {
    int end = endOfText(b, 0, 0);
    if (end + 1 < b.length) {
      into.put(Dialect.ID3, "POPM", Integer.toString(b[end + 1] & 0xff));
    }
  }

  /** 2.4's RVA2: the master volume, in 1/512 dB. */
  private void relativeVolume(byte[] b) {
    int end = endOfText(b, 0, 0);
    String id = TagCollector.clean(Text.latin1(b, 0, end)).toLowerCase(Locale.ROOT);
    for (int p = end + 1; p + 3 < b.length; ) {
      int bits = b[p + 3] & 0xff;
      if (b[p] == 1) {
        int gain = (short) ((b[p + 1] & 0xff) << 8 | (b[p + 2] & 0xff));
        TagField field =
            id.equals("album") ? TagField.REPLAYGAIN_ALBUM_GAIN : TagField.REPLAYGAIN_TRACK_GAIN;
        into.fallback(field, String.format(Locale.ROOT, "%.2f dB", gain / 512.0));
        return;
      }
      p += 4 + (bits + 7) / 8;
    }
  }

  private void object(byte[] b) {
    int encoding = b[0];
    int mimeEnd = endOfText(b, 1, 0);
    int nameEnd = endOfText(b, Math.min(b.length, mimeEnd + 1), encoding);
    int from = Math.min(b.length, nameEnd + unit(encoding));
    int end = endOfText(b, from, encoding);
    String description = TagCollector.clean(decode(b, from, end, encoding));
    int data = Math.min(b.length, end + unit(encoding));
    if (description.startsWith("Serato")) {
      Serato.read(description, java.util.Arrays.copyOfRange(b, data, b.length), scan.dj);
    } else if (description.equalsIgnoreCase("Key") || description.equalsIgnoreCase("Energy")) {
      // Mixed In Key's own objects: base64 of JSON.
      into.put(
          Dialect.ID3,
          "TXXX:" + description.toUpperCase(Locale.ROOT),
          Text.latin1(b, data, b.length));
    }
  }

  private static int unit(int encoding) {
    return encoding == 1 || encoding == 2 ? 2 : 1;
  }

  /** Where the text that starts here ends, without its terminator. */
  private static int endOfText(byte[] b, int from, int encoding) {
    if (unit(encoding) == 2) {
      int i = from;
      while (i + 1 < b.length) {
        if (b[i] == 0 && b[i + 1] == 0) {
          return i;
        }
        i += 2;
      }
      return b.length;
    }
    int i = from;
    while (i < b.length && b[i] != 0) {
      i++;
    }
    return i;
  }

  /** The values between terminators, each decoded by its own byte order mark if it has one. */
  private static List<String> texts(byte[] b, int from, int to, int encoding) {
    List<String> out = new ArrayList<>(2);
    boolean bigEndian = encoding == 2;
    int p = Math.min(from, to);
    while (p < to && out.size() < 200) {
      int end = endOfText(b, p, encoding);
      if (unit(encoding) == 2) {
        boolean be = to - p >= 2 && (b[p] & 0xff) == 0xfe && (b[p + 1] & 0xff) == 0xff;
        boolean le = to - p >= 2 && (b[p] & 0xff) == 0xff && (b[p + 1] & 0xff) == 0xfe;
        if (be || le) {
          bigEndian = be;
        }
        out.add(bigEndian ? Text.utf16be(b, p, end) : Text.utf16le(b, p, end));
      } else {
        out.add(decode(b, p, end, encoding));
      }
      p = end + unit(encoding);
    }
    return out;
  }

  private static String decode(byte[] b, int from, int to, int encoding) {
    int start = Math.min(from, to);
    return switch (encoding) {
      case 1 -> Text.utf16(b, start, to);
      case 2 -> Text.utf16be(b, start, to);
      case 3 -> Text.utf8(b, start, to);
      default -> new String(b, start, to - start, StandardCharsets.ISO_8859_1);
    };
  }
}
