package culturalintelligence.domain.verification;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What must not stand in a report: who bought a file. Music stores write the buyer's name and
 * account into it (MP4's {@code ownr} and {@code apID}), and taggers copy e-mail addresses about.
 * Masking too much costs a reader a value; masking too little shows a person, so names match
 * generously.
 */
final class PersonalData {
  private static final List<String> NAMES =
      List.of(
          "ownr",
          "owner",
          "apid",
          "appleid",
          "account",
          "email",
          "purchas",
          "buyer",
          "customer",
          "username",
          "firstname",
          "lastname",
          "fullname",
          "surname",
          "phone",
          "licensee");

  private static final Pattern ADDRESS =
      Pattern.compile(
          "[\\p{L}\\p{N}._%+-]{1,64}@[\\p{L}\\p{N}-]{1,63}(?:\\.[\\p{L}\\p{N}-]{1,63}){1,8}");

  private static final Pattern NAMED_INSIDE =
      Pattern.compile(
          "(?:" + String.join("|", NAMES) + ")[\\w.:-]{0,40}[\"'\\\\]{0,4}\\s{0,4}(?:=>|[:=,])",
          Pattern.CASE_INSENSITIVE);

  private PersonalData() {}

  /** Whether a column or key of this name holds a person's data. */
  static boolean isNamed(String name) {
    String letters = name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    return NAMES.stream().anyMatch(letters::contains) || letters.endsWith("mail");
  }

  /** Whether something inside this text is named as a person's data. */
  static boolean isNamedInside(String text) {
    return NAMED_INSIDE.matcher(text).find();
  }

  /** Whether there is an e-mail address in it. */
  static boolean holdsAddress(String text) {
    return text.indexOf('@') >= 0 && ADDRESS.matcher(text).find();
  }

  /** What stands in the value's place: its length, nothing a dictionary could find it by. */
  static String mask(String value) {
    return "‹personal, %d characters›".formatted(value.codePointCount(0, value.length()));
  }
}
