package culturalintelligence.persistence.carried;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows in COPY's binary form, for tables whose types are ours to know: the server reads numbers,
 * digests and times from it without parsing them, which is half of what such a row costs. The
 * source is PostgreSQL's documentation of COPY, "Binary Format", and each type's receive function.
 */
final class CopyBinary {
  private static final int PIECE = 1 << 16;
  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };
  private static final byte[] TRAILER = {(byte) 0xff, (byte) 0xff};
  private static final int NUMERIC_BASE_DIGITS = 4;

  /** Of {@code infinity} and {@code -infinity}, as the server keeps them. */
  private static final long LATEST = Long.MAX_VALUE;

  private static final long EARLIEST = Long.MIN_VALUE;
  private static final long EPOCH_SECONDS =
      LocalDateTime.of(2000, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC);
  private static final int MICROS = 1_000_000;

  private byte[] bytes = new byte[PIECE];
  private int length;

  void startRow(int fields) {
    room(Short.BYTES);
    shortAt(length, fields);
    length += Short.BYTES;
  }

  CopyBinary text(@Nullable String value) {
    return value == null ? nothing() : field(value.getBytes(StandardCharsets.UTF_8));
  }

  CopyBinary id(UUID value) {
    room(Integer.BYTES + 2 * Long.BYTES);
    intAt(length, 2 * Long.BYTES);
    longAt(length + Integer.BYTES, value.getMostSignificantBits());
    longAt(length + Integer.BYTES + Long.BYTES, value.getLeastSignificantBits());
    length += Integer.BYTES + 2 * Long.BYTES;
    return this;
  }

  CopyBinary truth(boolean value) {
    room(Integer.BYTES + 1);
    intAt(length, 1);
    bytes[length + Integer.BYTES] = (byte) (value ? 1 : 0);
    length += Integer.BYTES + 1;
    return this;
  }

  CopyBinary integer(int value) {
    room(2 * Integer.BYTES);
    intAt(length, Integer.BYTES);
    intAt(length + Integer.BYTES, value);
    length += 2 * Integer.BYTES;
    return this;
  }

  CopyBinary bigint(long value) {
    return time(value);
  }

  /** Fields that are in this form already, with their lengths. */
  void fields(byte[] from, int start, int end) {
    room(end - start);
    System.arraycopy(from, start, bytes, length, end - start);
    length += end - start;
  }

  /** A bytea field. */
  CopyBinary hex(@Nullable String digits) {
    return digits == null ? nothing() : field(HexFormat.of().parseHex(digits));
  }

  /** A timestamptz field, in microseconds as {@link #micros} gives them. */
  CopyBinary time(long micros) {
    room(Integer.BYTES + Long.BYTES);
    intAt(length, Long.BYTES);
    longAt(length + Integer.BYTES, micros);
    length += Integer.BYTES + Long.BYTES;
    return this;
  }

  /** A numeric field: digits of base 10,000 without zeros at either end, and where they stand. */
  CopyBinary number(@Nullable BigDecimal value) {
    if (value == null) {
      return nothing();
    }
    int scale = Math.max(0, value.scale());
    String digits = value.setScale(scale).unscaledValue().abs().toString();
    int whole = Math.max(0, digits.length() - scale);
    String before = digits.substring(0, whole);
    String after = "0".repeat(Math.max(0, scale - digits.length())) + digits.substring(whole);
    String aligned =
        "0".repeat(missing(before.length())) + before + after + "0".repeat(missing(after.length()));
    int groups = aligned.length() / NUMERIC_BASE_DIGITS;
    int weight = (before.length() + missing(before.length())) / NUMERIC_BASE_DIGITS - 1;
    int first = 0;
    while (first < groups && group(aligned, first) == 0) {
      first++;
    }
    int end = groups;
    while (end > first && group(aligned, end - 1) == 0) {
      end--;
    }
    int size = (4 + end - first) * Short.BYTES;
    room(Integer.BYTES + size);
    intAt(length, size);
    int at = length + Integer.BYTES;
    shortAt(at, end - first);
    shortAt(at + 2, end == first ? 0 : weight - first);
    shortAt(at + 4, value.signum() < 0 ? 0x4000 : 0);
    shortAt(at + 6, scale);
    for (int i = first; i < end; i++) {
      shortAt(at + 8 + (i - first) * Short.BYTES, group(aligned, i));
    }
    length += Integer.BYTES + size;
    return this;
  }

  private static int missing(int digits) {
    return -digits & (NUMERIC_BASE_DIGITS - 1);
  }

  private static int group(String digits, int group) {
    int at = group * NUMERIC_BASE_DIGITS;
    return Integer.parseInt(digits, at, at + NUMERIC_BASE_DIGITS, 10);
  }

  /**
   * The microseconds since 2000 of a time as the server writes it in UTC with {@code DateStyle}
   * ISO, with or without its zone; empty when it is written in another way.
   */
  static OptionalLong micros(String time) {
    if (time.equals("infinity")) {
      return OptionalLong.of(LATEST);
    }
    if (time.equals("-infinity")) {
      return OptionalLong.of(EARLIEST);
    }
    boolean beforeChrist = time.endsWith(" BC");
    String text = beforeChrist ? time.substring(0, time.length() - 3) : time;
    if (text.endsWith("+00")) {
      text = text.substring(0, text.length() - 3);
    }
    try {
      int month = text.indexOf('-') + 1;
      int hour = text.indexOf(' ') + 1;
      if (month < 5 || hour != month + 6 || text.length() < hour + 8) {
        return OptionalLong.empty();
      }
      int year = Integer.parseInt(text, 0, month - 1, 10);
      long seconds =
          LocalDateTime.of(
                  beforeChrist ? 1 - year : year,
                  Integer.parseInt(text, month, month + 2, 10),
                  Integer.parseInt(text, month + 3, month + 5, 10),
                  Integer.parseInt(text, hour, hour + 2, 10),
                  Integer.parseInt(text, hour + 3, hour + 5, 10),
                  Integer.parseInt(text, hour + 6, hour + 8, 10))
              .toEpochSecond(ZoneOffset.UTC);
      String fraction = text.substring(hour + 8);
      if (!fraction.isEmpty() && (fraction.charAt(0) != '.' || fraction.length() > 7)) {
        return OptionalLong.empty();
      }
      int micros =
          fraction.isEmpty()
              ? 0
              : Integer.parseInt((fraction.substring(1) + "000000").substring(0, 6));
      return OptionalLong.of(
          Math.addExact(Math.multiplyExact(seconds - EPOCH_SECONDS, MICROS), micros));
    } catch (DateTimeException | NumberFormatException | ArithmeticException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * Begins a copy that is sent piece by piece.
   *
   * @param into table and columns
   */
  static CopyIn open(Connection target, String into) throws SQLException {
    CopyIn in =
        target
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("COPY " + into + " FROM STDIN WITH (FORMAT binary)");
    in.writeToCopy(HEADER, 0, HEADER.length);
    return in;
  }

  /** Whether there is enough to be worth sending. */
  boolean isPiece() {
    return length >= PIECE;
  }

  /** Sends the rows, and forgets them. */
  void send(CopyIn in) throws SQLException {
    for (int at = 0; at < length; at += PIECE) {
      in.writeToCopy(bytes, at, Math.min(PIECE, length - at));
    }
    length = 0;
  }

  static void end(CopyIn in) throws SQLException {
    in.writeToCopy(TRAILER, 0, TRAILER.length);
    in.endCopy();
  }

  CopyBinary nothing() {
    room(Integer.BYTES);
    intAt(length, -1);
    length += Integer.BYTES;
    return this;
  }

  private CopyBinary field(byte[] value) {
    room(Integer.BYTES + value.length);
    intAt(length, value.length);
    System.arraycopy(value, 0, bytes, length + Integer.BYTES, value.length);
    length += Integer.BYTES + value.length;
    return this;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), 2 * bytes.length));
    }
  }

  private void shortAt(int at, int value) {
    bytes[at] = (byte) (value >> 8);
    bytes[at + 1] = (byte) value;
  }

  private void intAt(int at, int value) {
    shortAt(at, value >> 16);
    shortAt(at + 2, value);
  }

  private void longAt(int at, long value) {
    intAt(at, (int) (value >> 32));
    intAt(at + 4, (int) value);
  }
}
