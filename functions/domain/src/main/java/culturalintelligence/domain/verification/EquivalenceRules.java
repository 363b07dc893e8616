package culturalintelligence.domain.verification;

import culturalintelligence.domain.music.MusicalKey;
import java.math.BigDecimal;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What may be called equivalent, because somebody declared it: a column and the way its values may
 * differ. Nothing is declared by default but notations of a musical key in the typed column, where
 * {@code 8A} and {@code A minor} are one key. An equivalent difference is still listed.
 */
public final class EquivalenceRules {
  /** Written as a setting. */
  public static final String DEFAULT = "classification.musical_key=key-notation";

  /** The ways in which two values may differ and mean the same. */
  public enum Rule {
    /** Notations of one musical key. */
    KEY_NOTATION,
    /** One number written otherwise: 1 and 1.0. */
    NUMBER_SPELLING,
    /** The same characters in another Unicode form. */
    UNICODE_FORM,
    /** The same text but for capitals. */
    LETTER_CASE,
    /** The same text but for spaces around it. */
    OUTER_SPACE
  }

  private record Declared(String column, Rule rule) {}

  private final List<Declared> declared;

  private EquivalenceRules(List<Declared> declared) {
    this.declared = List.copyOf(declared);
  }

  /**
   * Reads {@code column=rule;column=rule}. A column is written as in a report, {@code
   * public.artists.name}, or without its table; a rule as {@code key-notation}, {@code
   * number-spelling}, {@code unicode-form}, {@code letter-case} or {@code outer-space}.
   *
   * @throws IllegalArgumentException when it is no such list
   */
  public static EquivalenceRules parse(String rules) {
    List<Declared> declared = new ArrayList<>();
    for (String entry : rules.split(";", -1)) {
      if (entry.isBlank()) {
        continue;
      }
      int equals = entry.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "a rule is column=rule, such as %s; not %s".formatted(DEFAULT, entry.strip()));
      }
      String name = entry.substring(equals + 1).strip().toUpperCase(Locale.ROOT).replace('-', '_');
      Rule rule =
          List.of(Rule.values()).stream()
              .filter(r -> r.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "there is no rule %s".formatted(entry.substring(equals + 1).strip())));
      declared.add(new Declared(entry.substring(0, equals).strip(), rule));
    }
    return new EquivalenceRules(declared);
  }

  /** The rule by which the two values of this column mean the same, if one is declared. */
  public Optional<Rule> rule(
      String table, String column, @Nullable String source, @Nullable String target) {
    if (source == null || target == null) {
      return Optional.empty();
    }
    return declared.stream()
        .filter(d -> d.column().equals(column) || d.column().equals(table + "." + column))
        .map(Declared::rule)
        .filter(rule -> same(rule, source, target))
        .findFirst();
  }

  private static boolean same(Rule rule, String a, String b) {
    return switch (rule) {
      case KEY_NOTATION -> {
        Optional<MusicalKey> key = MusicalKey.of(a);
        yield key.isPresent() && key.equals(MusicalKey.of(b));
      }
      case NUMBER_SPELLING -> sameNumber(a, b);
      case UNICODE_FORM ->
          Normalizer.normalize(a, Normalizer.Form.NFC)
              .equals(Normalizer.normalize(b, Normalizer.Form.NFC));
      case LETTER_CASE -> a.toLowerCase(Locale.ROOT).equals(b.toLowerCase(Locale.ROOT));
      case OUTER_SPACE -> a.strip().equals(b.strip());
    };
  }

  private static boolean sameNumber(String a, String b) {
    try {
      return a.length() <= 400
          && b.length() <= 400
          && new BigDecimal(a).compareTo(new BigDecimal(b)) == 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
