package culturalintelligence.domain.names;

import java.util.Locale;
import java.util.Set;

/** Artists whose names begin with a number under fifty and a space, which is no track's then. */
final class NumberedActs {
  private NumberedActs() {}

  private static final Set<String> ACTS =
      Set.of(
          "16 bit",
          "18 carat",
          "20 fingers",
          "21 savage",
          "24 hours",
          "27 club",
          "30 seconds",
          "33 below",
          "38 special",
          "40 thieves",
          "41 days",
          "42 dugg",
          "44 mag",
          "47 soul",
          "48 chairs",
          "10 years",
          "12 stones",
          "13 block",
          "15 years",
          "19 hz");

  static boolean isAct(String name) {
    int space = name.indexOf(' ');
    int end = name.indexOf(' ', space + 1);
    String two = end < 0 ? name : name.substring(0, end);
    return ACTS.contains(two.toLowerCase(Locale.ROOT));
  }
}
