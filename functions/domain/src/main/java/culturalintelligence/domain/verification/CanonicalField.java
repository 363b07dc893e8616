package culturalintelligence.domain.verification;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A field of a row in its canonical form: four bytes of type tag, four of length, then the value's
 * bytes; NULL has the length −1 and no bytes. All numbers are big-endian.
 */
public final class CanonicalField {
  private static final byte[] NULL_LENGTH = {-1, -1, -1, -1};
  private static final LocalDate EPOCH_DAY = LocalDate.of(2000, 1, 1);
  private static final LocalDateTime EPOCH = EPOCH_DAY.atStartOfDay();

  private final CanonicalType type;
  private final byte @Nullable [] value;

  private CanonicalField(CanonicalType type, byte @Nullable [] value) {
    this.type = type;
    this.value = value;
  }

  /** NULL, which is equal to nothing but a NULL of the same type. */
  public static CanonicalField absent(CanonicalType type) {
    return new CanonicalField(type, null);
  }

  public static CanonicalField of(boolean value) {
    return new CanonicalField(CanonicalType.BOOLEAN, new byte[] {(byte) (value ? 1 : 0)});
  }

  public static CanonicalField of(long value) {
    return new CanonicalField(CanonicalType.INTEGER, eight(value));
  }

  public static CanonicalField of(float value) {
    return new CanonicalField(CanonicalType.FLOAT4, four(Float.floatToIntBits(value)));
  }

  public static CanonicalField of(double value) {
    return new CanonicalField(CanonicalType.FLOAT8, eight(Double.doubleToLongBits(value)));
  }

  /** A numeric with its scale: 1.0 is not 1.00. */
  public static CanonicalField of(BigDecimal value) {
    return new CanonicalField(CanonicalType.OUTPUT, value.toPlainString().getBytes(UTF_8));
  }

  /** A text, varchar or name. */
  public static CanonicalField of(String value) {
    return new CanonicalField(CanonicalType.TEXT, utf8(value));
  }

  public static CanonicalField of(byte[] value) {
    return new CanonicalField(CanonicalType.BYTEA, value.clone());
  }

  public static CanonicalField of(UUID value) {
    return new CanonicalField(
        CanonicalType.UUID,
        ByteBuffer.allocate(16)
            .putLong(value.getMostSignificantBits())
            .putLong(value.getLeastSignificantBits())
            .array());
  }

  public static CanonicalField of(LocalDate value) {
    return new CanonicalField(
        CanonicalType.DATE, four(Math.toIntExact(ChronoUnit.DAYS.between(EPOCH_DAY, value))));
  }

  /** A time of day; what is finer than a microsecond is not kept by PostgreSQL and is refused. */
  public static CanonicalField of(LocalTime value) {
    wholeMicros(value);
    return new CanonicalField(CanonicalType.TIME, eight(value.toNanoOfDay() / 1000));
  }

  /** A time of day with its offset. */
  public static CanonicalField of(OffsetTime value) {
    wholeMicros(value);
    return zonedTime(value.toLocalTime().toNanoOfDay() / 1000, value.getOffset().getTotalSeconds());
  }

  /** A timestamp without time zone. */
  public static CanonicalField of(LocalDateTime value) {
    wholeMicros(value);
    return new CanonicalField(
        CanonicalType.TIMESTAMP, eight(ChronoUnit.MICROS.between(EPOCH, value)));
  }

  /** A timestamp with time zone. */
  public static CanonicalField of(Instant value) {
    wholeMicros(value);
    return new CanonicalField(
        CanonicalType.INSTANT,
        eight(ChronoUnit.MICROS.between(EPOCH.toInstant(ZoneOffset.UTC), value)));
  }

  /**
   * The field PostgreSQL wrote as this text under the settings the canonical form pins: ISO dates
   * in UTC, interval style postgres, bytea in hex, shortest exact floats, currency of locale C.
   *
   * @throws IllegalArgumentException if the type's output function writes no such text
   */
  public static CanonicalField parse(CanonicalType type, String text) {
    try {
      return new CanonicalField(type, value(type, text));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("out of the range of " + type, e);
    }
  }

  private static byte[] value(CanonicalType type, String text) {
    return switch (type) {
      case BOOLEAN -> new byte[] {truth(text)};
      case INTEGER -> eight(Long.parseLong(text));
      case OID -> four(Integer.parseUnsignedInt(text));
      case FLOAT4 -> four(Float.floatToIntBits(Float.parseFloat(text)));
      case FLOAT8 -> eight(Double.doubleToLongBits(Double.parseDouble(text)));
      case TEXT, PADDED_TEXT, JSON, XML, OUTPUT -> utf8(text);
      case JSONB -> join(new byte[] {1}, utf8(text));
      case SINGLE_BYTE -> new byte[] {singleByte(text)};
      case BYTEA -> hex(text);
      case UUID -> HexFormat.of().parseHex(text.replace("-", ""));
      case DATE -> four(PostgresTime.date(text));
      case TIME -> eight(PostgresTime.time(text));
      case TIME_WITH_ZONE -> {
        PostgresTime.Zoned zoned = PostgresTime.zoned(text);
        yield zonedTimeBytes(PostgresTime.time(zoned.local()), zoned.secondsEast());
      }
      case TIMESTAMP -> eight(PostgresTime.timestamp(text));
      case INSTANT -> eight(PostgresTime.instant(text));
      case INTERVAL -> {
        PostgresTime.Interval interval = PostgresTime.interval(text);
        yield ByteBuffer.allocate(16)
            .putLong(interval.micros())
            .putInt(interval.days())
            .putInt(interval.months())
            .array();
      }
      case BITS -> bits(text);
      case MONEY -> eight(cents(text));
      case MACADDR, MACADDR8 -> HexFormat.of().parseHex(text.replace(":", ""));
    };
  }

  /** The form this field takes. */
  public CanonicalType type() {
    return type;
  }

  /** Whether the field is NULL. */
  public boolean isAbsent() {
    return value == null;
  }

  /** Tag, length and value. */
  public byte[] bytes() {
    byte[] tag = four(type.tag());
    return value == null ? join(tag, NULL_LENGTH) : join(join(tag, four(value.length)), value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CanonicalField field
        && type.tag() == field.type.tag()
        && Arrays.equals(value, field.value);
  }

  @Override
  public int hashCode() {
    return 31 * type.tag() + Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes());
  }

  private static CanonicalField zonedTime(long micros, int secondsEast) {
    return new CanonicalField(CanonicalType.TIME_WITH_ZONE, zonedTimeBytes(micros, secondsEast));
  }

  private static byte[] zonedTimeBytes(long micros, int secondsEast) {
    return ByteBuffer.allocate(12).putLong(micros).putInt(-secondsEast).array();
  }

  private static byte truth(String text) {
    return switch (text) {
      case "t", "true" -> 1;
      case "f", "false" -> 0;
      default -> throw new IllegalArgumentException("not a boolean: " + text);
    };
  }

  /**
   * PostgreSQL 16 and newer write a byte above 127 as three octal digits; zero is written as ''.
   */
  private static byte singleByte(String text) {
    byte[] bytes = utf8(text);
    if (bytes.length == 0) {
      return 0;
    }
    if (bytes.length == 4 && bytes[0] == '\\') {
      return (byte) Integer.parseInt(text.substring(1), 8);
    }
    if (bytes.length != 1) {
      throw new IllegalArgumentException("not a single byte: " + text);
    }
    return bytes[0];
  }

  private static byte[] hex(String text) {
    if (!text.startsWith("\\x")) {
      throw new IllegalArgumentException("not bytea in hex: " + text.length() + " characters");
    }
    return HexFormat.of().parseHex(text, 2, text.length());
  }

  private static byte[] bits(String text) {
    byte[] packed = new byte[(text.length() + 7) / 8];
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '0' -> {}
        case '1' -> packed[i / 8] |= (byte) (0x80 >>> (i % 8));
        default -> throw new IllegalArgumentException("not a bit: " + text.charAt(i));
      }
    }
    return join(four(text.length()), packed);
  }

  /** Locale C writes $1,234.56 and -$1,234.56, always with two decimals. */
  private static long cents(String text) {
    String plain = text.replace("$", "").replace(",", "");
    return new BigDecimal(plain).movePointRight(2).longValueExact();
  }

  /** Lone surrogates are no text, and would become a question mark without a word. */
  private static byte[] utf8(String text) {
    try {
      ByteBuffer encoded = UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not Unicode: a lone surrogate", e);
    }
  }

  private static void wholeMicros(TemporalAccessor time) {
    int nanos = time.get(ChronoField.NANO_OF_SECOND);
    if (nanos % 1000 != 0) {
      throw new IllegalArgumentException("finer than a microsecond: " + nanos + " ns");
    }
  }

  private static byte[] four(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  private static byte[] eight(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  private static byte[] join(byte[] head, byte[] tail) {
    byte[] joined = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, joined, head.length, tail.length);
    return joined;
  }
}
