package culturalintelligence.domain.migration;

import culturalintelligence.domain.music.MixKind;
import culturalintelligence.domain.music.MusicalKey;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How an old value becomes a typed one. Each is total and deterministic: any text gives a value,
 * nothing, or the reason why it does not fit; never a guess. What does not fit stays, as it was, in
 * the carried row.
 */
public enum Conversion {
  /** The text as it is, to the byte. */
  EXACT("the text as it is"),
  /** A text without NUL, half surrogate pairs and spaces at its ends. */
  TEXT("text, trimmed"),
  /** A mix's text; a known one gives its code too. */
  MIX("a mix's name"),
  /** A musical key in any notation, as {@code Am}. */
  MUSICAL_KEY("a key in any notation"),
  /** Beats per minute, over 0 and up to 9999.99, with two digits. */
  BPM("beats per minute"),
  /** From 0 to 1. */
  CONFIDENCE("0 to 1"),
  /** From 0 to 100, divided by 100. Never proposed: 95 may be a mistake too. */
  PERCENT("0 to 100, divided by 100"),
  /** 64 hexadecimal digits. */
  SHA256("64 hexadecimal digits"),
  /** A timestamp of PostgreSQL; one without a zone is taken as UTC. */
  INSTANT("a timestamp; UTC where it names no zone"),
  /** Several names: an array, a JSON list, or a text with commas, semicolons or bars. */
  NAMES("a list of names"),
  /** A range's lower bound. */
  RANGE_LOW("a range's lower bound"),
  /** A range's upper bound. */
  RANGE_HIGH("a range's upper bound"),
  /** The last number in a range of whole numbers. */
  RANGE_LAST("the last number of a range"),
  /** The key of another row of the same table, as that row's identity. */
  ROW("another row's key");

  private static final BigDecimal MAX_BPM = new BigDecimal("9999.99");
  private static final BigDecimal HUNDRED = new BigDecimal(100);
  private static final int SHA256_DIGITS = 64;
  private static final Pattern TIMESTAMP =
      Pattern.compile("\\d{4,6}-\\d\\d-\\d\\d( \\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?(\\+00)?)?( BC)?");
  private static final Pattern RANGE =
      Pattern.compile("([\\[(])\"?([^,\"]*)\"?,\"?([^,\")\\]]*)\"?([)\\]])");

  private final String meaning;

  Conversion(String meaning) {
    this.meaning = meaning;
  }

  /** The name in a mapping document. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What it takes, for people. */
  public String meaning() {
    return meaning;
  }

  /** The conversion of that name. */
  public static Optional<Conversion> ofWord(String word) {
    for (Conversion conversion : values()) {
      if (conversion.word().equals(word)) {
        return Optional.of(conversion);
      }
    }
    return Optional.empty();
  }

  /** What came of one value. */
  public sealed interface Converted {
    /** As PostgreSQL reads the typed column. */
    record Value(String text) implements Converted {}

    /** There was none: empty, or only spaces. */
    record Nothing() implements Converted {}

    /** It does not fit; the sentence says why, without the value. */
    record Misfit(String reason) implements Converted {}
  }

  private static final Converted NOTHING = new Converted.Nothing();

  /** Converts a value's text. */
  public Converted apply(String text) {
    if (this == EXACT || this == ROW) {
      return new Converted.Value(text);
    }
    if (text.isBlank()) {
      return NOTHING;
    }
    return switch (this) {
      case EXACT, ROW -> new Converted.Value(text);
      case TEXT, MIX -> text(text);
      case MUSICAL_KEY ->
          of(MusicalKey.of(text).map(MusicalKey::canonical), "is no musical key that is known");
      case BPM -> bpm(text);
      case CONFIDENCE -> share(number(text), "is no number from 0 to 1");
      case PERCENT ->
          share(
              number(text).map(n -> n.divide(HUNDRED, 17, RoundingMode.HALF_UP)),
              "is no number from 0 to 100");
      case SHA256 -> sha256(text);
      case INSTANT -> instant(text.strip());
      case NAMES -> names(text);
      case RANGE_LOW -> bound(text, true, false);
      case RANGE_HIGH -> bound(text, false, false);
      case RANGE_LAST -> bound(text, false, true);
    };
  }

  private static Converted of(Optional<String> value, String reason) {
    return value.<Converted>map(Converted.Value::new).orElseGet(() -> new Converted.Misfit(reason));
  }

  /** The code of a mix, where its name is a known one. */
  public static Optional<MixKind> mixKind(String mix) {
    return MixKind.ofCode(mix.toLowerCase(Locale.ROOT).replace(' ', '_'));
  }

  /** PostgreSQL's text holds no NUL, which JSON may; nor can it hold half a surrogate pair. */
  private static Converted text(String text) {
    String clean = wellFormed(text.replace("\0", "")).strip();
    return clean.isEmpty() ? NOTHING : new Converted.Value(clean);
  }

  static String wellFormed(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (Character.isSurrogate(value.charAt(i))) {
        return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      }
    }
    return value;
  }

  private static Optional<BigDecimal> number(String text) {
    if (text.length() > 40) {
      return Optional.empty();
    }
    try {
      BigDecimal number = new BigDecimal(text.strip());
      return Math.abs(number.scale()) > 40 ? Optional.empty() : Optional.of(number);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Converted bpm(String text) {
    Optional<BigDecimal> number = number(text).map(n -> n.setScale(2, RoundingMode.HALF_UP));
    if (number.isPresent() && number.get().signum() == 0) {
      // The field's own word for "unknown".
      return NOTHING;
    }
    return of(
        number
            .filter(n -> n.signum() > 0 && n.compareTo(MAX_BPM) <= 0)
            .map(BigDecimal::toPlainString),
        "is no tempo over 0 and up to 9999.99");
  }

  private static Converted share(Optional<BigDecimal> number, String reason) {
    return of(
        number
            .filter(n -> n.signum() >= 0 && n.compareTo(BigDecimal.ONE) <= 0)
            .map(n -> n.setScale(15, RoundingMode.HALF_UP).toPlainString()),
        reason);
  }

  private static Converted sha256(String text) {
    // A bytea's own form begins with \\x.
    String digits = text.startsWith("\\x") ? text.substring(2) : text.strip();
    return digits.length() == SHA256_DIGITS && digits.chars().allMatch(HexFormat::isHexDigit)
        ? new Converted.Value(digits.toLowerCase(Locale.ROOT))
        : new Converted.Misfit("is no SHA-256 of 64 hexadecimal digits");
  }

  /** What PostgreSQL wrote in UTC, it reads; anything else is not looked into. */
  private static Converted instant(String text) {
    boolean written =
        text.equals("infinity") || text.equals("-infinity") || TIMESTAMP.matcher(text).matches();
    return written ? new Converted.Value(text) : new Converted.Misfit("is no timestamp");
  }

  private static Converted names(String text) {
    return NameList.parse(text)
        .<Converted>map(
            names -> names.isEmpty() ? NOTHING : new Converted.Value(NameList.array(names)))
        .orElseGet(() -> new Converted.Misfit("is no list of names"));
  }

  private static Converted bound(String text, boolean low, boolean whole) {
    if (text.strip().equals("empty")) {
      return NOTHING;
    }
    Matcher m = RANGE.matcher(text.strip());
    if (!m.matches()) {
      return new Converted.Misfit("is no range");
    }
    String bound = m.group(low ? 2 : 3);
    if (bound.isBlank()) {
      return NOTHING;
    }
    Optional<BigDecimal> number = number(bound);
    if (whole && m.group(4).equals(")")) {
      number = number.map(n -> n.subtract(BigDecimal.ONE));
    }
    return of(
        number
            .map(n -> n.setScale(2, RoundingMode.HALF_UP))
            .filter(n -> n.signum() >= 0 && n.compareTo(MAX_BPM) <= 0)
            .map(BigDecimal::toPlainString),
        "has a bound that is no number from 0 to 9999.99");
  }
}
