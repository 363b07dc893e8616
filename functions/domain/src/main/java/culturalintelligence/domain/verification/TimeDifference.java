package culturalintelligence.domain.verification;

import org.jspecify.annotations.Nullable;

/** What is typical of times that went through a migration: a lost digit, another time zone. */
final class TimeDifference {
  private static final long MILLISECOND = 1_000;
  private static final long QUARTER_HOUR = 15L * 60 * 1_000_000;
  private static final long WIDEST_SHIFT = 26L * 60 * 60 * 1_000_000;

  private TimeDifference() {}

  /** The kind, or null if these are no two different times. */
  static @Nullable DifferenceKind kind(String left, String right) {
    Long a = micros(left);
    Long b = micros(right);
    if (a == null || b == null || a.equals(b)) {
      return null;
    }
    long apart = Math.abs(a - b);
    if (apart < MILLISECOND) {
      return DifferenceKind.MICROSECONDS;
    }
    return apart <= WIDEST_SHIFT && apart % QUARTER_HOUR == 0
        ? DifferenceKind.TIME_ZONE
        : DifferenceKind.VALUE;
  }

  /** A timestamp with or without offset; JSON's T between date and time is read too. */
  private static @Nullable Long micros(String text) {
    if (text.length() < 19 || text.length() > 48 || !Character.isDigit(text.charAt(0))) {
      return null;
    }
    String spaced = text.replace('T', ' ').replace("Z", "+00");
    try {
      return PostgresTime.instant(spaced);
    } catch (IllegalArgumentException | ArithmeticException e) {
      try {
        return PostgresTime.timestamp(spaced);
      } catch (IllegalArgumentException | ArithmeticException none) {
        return null;
      }
    }
  }
}
