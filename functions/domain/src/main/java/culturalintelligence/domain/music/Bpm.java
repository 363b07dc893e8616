package culturalintelligence.domain.music;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * A tempo in beats per minute, from 20 to 400, kept to a hundredth without trailing zeros.
 *
 * <p>DJ programs write 0 for "not analysed", so 0 is no tempo; 400 leaves room for speedcore.
 */
public record Bpm(BigDecimal value) {
  private static final BigDecimal LOWEST = BigDecimal.valueOf(20);
  private static final BigDecimal HIGHEST = BigDecimal.valueOf(400);

  /** How one tempo stands to another. */
  public enum Relation {
    SAME,
    /** This is counted at half the other's time. */
    HALF,
    /** This is counted at double the other's time. */
    DOUBLE,
    DIFFERENT
  }

  public Bpm {
    value = value.setScale(2, RoundingMode.HALF_UP).stripTrailingZeros();
    if (value.scale() < 0) {
      value = value.setScale(0);
    }
    if (value.compareTo(LOWEST) < 0 || value.compareTo(HIGHEST) > 0) {
      throw new IllegalArgumentException("no tempo of music: " + value);
    }
  }

  /**
   * The tempo a text gives: {@code 125}, {@code 125.50}, {@code 125,5}, {@code 128 BPM}. Empty for
   * 0, for anything outside 20..400, and for what is no number.
   */
  public static Optional<Bpm> of(String text) {
    if (text.length() > 40) {
      return Optional.empty();
    }
    String s = text.strip();
    if (s.length() > 3 && s.regionMatches(true, s.length() - 3, "bpm", 0, 3)) {
      s = s.substring(0, s.length() - 3).strip();
    }
    int digits = 0;
    int points = 0;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c >= '0' && c <= '9') {
        digits++;
      } else if (c == '.' || c == ',') {
        points++;
      } else {
        return Optional.empty();
      }
    }
    if (digits == 0 || points > 1 || s.startsWith(".") || s.startsWith(",")) {
      return Optional.empty();
    }
    String number = s.replace(',', '.');
    BigDecimal value =
        new BigDecimal(number.endsWith(".") ? number.substring(0, number.length() - 1) : number);
    boolean possible = value.compareTo(LOWEST) >= 0 && value.compareTo(HIGHEST) <= 0;
    return possible ? Optional.of(new Bpm(value)) : Optional.empty();
  }

  /** How this tempo stands to another, within one per cent. */
  public Relation relationTo(Bpm other) {
    double ratio = value.doubleValue() / other.value.doubleValue();
    if (Math.abs(ratio - 1) <= 0.01) {
      return Relation.SAME;
    }
    if (Math.abs(ratio - 0.5) <= 0.005) {
      return Relation.HALF;
    }
    return Math.abs(ratio - 2) <= 0.02 ? Relation.DOUBLE : Relation.DIFFERENT;
  }

  @Override
  public String toString() {
    return value.toPlainString();
  }
}
