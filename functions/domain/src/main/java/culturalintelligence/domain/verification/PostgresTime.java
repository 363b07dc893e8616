package culturalintelligence.domain.verification;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Dates and times as PostgreSQL writes them under DateStyle ISO and IntervalStyle postgres, in the
 * units it stores: days and microseconds since 2000-01-01. java.time can't read them: years of six
 * digits without a sign, "BC", 24:00:00, infinity, offsets with seconds.
 */
final class PostgresTime {
  private static final long SECOND = 1_000_000;
  private static final long DAY = 86_400 * SECOND;
  private static final long EPOCH_DAY = LocalDate.of(2000, 1, 1).toEpochDay();

  private static final Pattern DATE = Pattern.compile("(\\d{4,7})-(\\d\\d)-(\\d\\d)( BC)?");
  private static final Pattern TIME =
      Pattern.compile("(\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,6}))?");
  private static final Pattern OFFSET =
      Pattern.compile("([+-])(\\d\\d)(?::(\\d\\d)(?::(\\d\\d))?)?$");
  private static final Pattern INTERVAL =
      Pattern.compile(
          "(?:([+-]?\\d+) years?)? ?(?:([+-]?\\d+) mons?)? ?(?:([+-]?\\d+) days?)? ?"
              + "(?:([+-]?)(\\d{2,}):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,6}))?)?");

  private PostgresTime() {}

  /** A text without its offset, and the offset. */
  record Zoned(String local, int secondsEast) {}

  /** The three parts of an interval, none of which can be made of another. */
  record Interval(long micros, int days, int months) {}

  static int date(String text) {
    return switch (text) {
      case "infinity" -> Integer.MAX_VALUE;
      case "-infinity" -> Integer.MIN_VALUE;
      default -> Math.toIntExact(day(text));
    };
  }

  static long time(String text) {
    Matcher time = match(TIME, text, "a time");
    return micros(time.group(1), time.group(2), time.group(3), time.group(4));
  }

  static long timestamp(String text) {
    return switch (text) {
      case "infinity" -> Long.MAX_VALUE;
      case "-infinity" -> Long.MIN_VALUE;
      default -> {
        boolean bc = text.endsWith(" BC");
        String body = bc ? text.substring(0, text.length() - 3) : text;
        int space = body.indexOf(' ');
        if (space < 0) {
          throw new IllegalArgumentException("not a timestamp: " + text);
        }
        long day = day(body.substring(0, space) + (bc ? " BC" : ""));
        yield Math.addExact(Math.multiplyExact(day, DAY), time(body.substring(space + 1)));
      }
    };
  }

  static long instant(String text) {
    if (text.endsWith("infinity")) {
      return timestamp(text);
    }
    boolean bc = text.endsWith(" BC");
    Zoned zoned = zoned(bc ? text.substring(0, text.length() - 3) : text);
    return timestamp(zoned.local() + (bc ? " BC" : "")) - zoned.secondsEast() * SECOND;
  }

  static Zoned zoned(String text) {
    Matcher offset = OFFSET.matcher(text);
    if (!offset.find()) {
      throw new IllegalArgumentException("no offset: " + text);
    }
    int seconds =
        number(offset.group(2)) * 3600 + number(offset.group(3)) * 60 + number(offset.group(4));
    return new Zoned(
        text.substring(0, offset.start()), offset.group(1).equals("-") ? -seconds : seconds);
  }

  static Interval interval(String text) {
    switch (text) {
      case "infinity" -> {
        return new Interval(Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
      }
      case "-infinity" -> {
        return new Interval(Long.MIN_VALUE, Integer.MIN_VALUE, Integer.MIN_VALUE);
      }
      default -> {}
    }
    Matcher parts = match(INTERVAL, text, "an interval");
    if (text.isEmpty()) {
      throw new IllegalArgumentException("not an interval: ''");
    }
    long months = number(parts.group(1)) * 12L + number(parts.group(2));
    long micros = 0;
    if (parts.group(5) != null) {
      micros = signedMicros("-".equals(parts.group(4)), parts);
    }
    return new Interval(micros, number(parts.group(3)), Math.toIntExact(months));
  }

  /** Summed on the negative side, which reaches one microsecond further. */
  private static long signedMicros(boolean negative, Matcher parts) {
    long below = Math.multiplyExact(-Long.parseLong(parts.group(5)), 3600 * SECOND);
    below = Math.subtractExact(below, number(parts.group(6)) * 60L * SECOND);
    below = Math.subtractExact(below, number(parts.group(7)) * SECOND);
    below = Math.subtractExact(below, fraction(parts.group(8)));
    return negative ? below : Math.negateExact(below);
  }

  private static long day(String text) {
    Matcher date = match(DATE, text, "a date");
    int year = number(date.group(1));
    try {
      return LocalDate.of(
                  date.group(4) == null ? year : 1 - year,
                  number(date.group(2)),
                  number(date.group(3)))
              .toEpochDay()
          - EPOCH_DAY;
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("not a date: " + text, e);
    }
  }

  private static long micros(
      String hours, String minutes, String seconds, @Nullable String fraction) {
    return (number(hours) * 3600L + number(minutes) * 60L + number(seconds)) * SECOND
        + fraction(fraction);
  }

  private static long fraction(@Nullable String digits) {
    return digits == null ? 0 : number((digits + "00000").substring(0, 6));
  }

  private static int number(@Nullable String digits) {
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  private static Matcher match(Pattern pattern, String text, String what) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not " + what + ": " + text);
    }
    return matcher;
  }
}
