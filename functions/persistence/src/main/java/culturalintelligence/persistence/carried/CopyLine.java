package culturalintelligence.persistence.carried;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One row in COPY's text form: fields between tabs, {@code \N} for NULL, a backslash before what
 * would be mistaken. PostgreSQL's documentation of COPY, "Text Format", is the source.
 *
 * <p>Lines are handled as bytes and fields cut out by offset, because most fields only pass
 * through.
 */
public final class CopyLine {
  private final byte[] line;

  /** {@code ends[i]} is where field i's tab or line feed stands. */
  private final int[] ends;

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException when it has not that many fields
   */
  public CopyLine(byte[] line, int fields) {
    this.line = line;
    this.ends = new int[fields];
    int field = 0;
    for (int i = 0; i < line.length; i++) {
      if (line[i] == '\t' || line[i] == '\n') {
        if (field == fields) {
          break;
        }
        ends[field++] = i;
      }
    }
    if (field != fields || ends[fields - 1] != line.length - 1) {
      throw new IllegalArgumentException("a row of %d fields was expected".formatted(fields));
    }
  }

  private int start(int field) {
    return field == 0 ? 0 : ends[field - 1] + 1;
  }

  public byte[] bytes() {
    return line;
  }

  /** The line without the fields before this one. */
  public byte[] from(int field) {
    return Arrays.copyOfRange(line, start(field), line.length);
  }

  /** Appends fields {@code from} to {@code to}, both included, as they are, tabs between them. */
  void appendRaw(CopyText out, int from, int to) {
    out.raw(line, start(from), ends[to]);
  }

  /**
   * Whether all of it is well-formed UTF-8; COPY's escapes are ASCII and change nothing in that.
   */
  public boolean isUtf8() {
    return isUtf8(line, 0, line.length);
  }

  static boolean isUtf8(byte[] bytes, int from, int to) {
    int ascii = from;
    while (ascii < to && bytes[ascii] >= 0) {
      ascii++;
    }
    if (ascii == to) {
      return true;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, ascii, to - ascii));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  public boolean isNull(int field) {
    int start = start(field);
    return ends[field] - start == 2 && line[start] == '\\' && line[start + 1] == 'N';
  }

  /** The field's text, or null for NULL. Malformed UTF-8 becomes U+FFFD: never store this text. */
  public @Nullable String text(int field) {
    byte[] value = value(field);
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  /** The field's bytes with the escapes undone, or null for NULL. */
  public byte @Nullable [] value(int field) {
    if (isNull(field)) {
      return null;
    }
    int from = start(field);
    int to = ends[field];
    int escaped = from;
    while (escaped < to && line[escaped] != '\\') {
      escaped++;
    }
    if (escaped == to) {
      return Arrays.copyOfRange(line, from, to);
    }
    byte[] out = new byte[to - from];
    int length = escaped - from;
    System.arraycopy(line, from, out, 0, length);
    for (int i = escaped; i < to; i++) {
      byte b = line[i];
      if (b == '\\' && i + 1 < to) {
        b = unescaped(line[++i]);
      }
      out[length++] = b;
    }
    return length == out.length ? out : Arrays.copyOf(out, length);
  }

  /** COPY TO writes only these letters; any other byte behind a backslash stands for itself. */
  private static byte unescaped(byte letter) {
    return switch (letter) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 0x0b;
      default -> letter;
    };
  }
}
