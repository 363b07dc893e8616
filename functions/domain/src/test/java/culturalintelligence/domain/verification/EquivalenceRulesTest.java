package culturalintelligence.domain.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import culturalintelligence.domain.verification.EquivalenceRules.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EquivalenceRulesTest {
  @Test
  void notationsOfAKeyAreOneKeyWhereThatIsDeclared() {
    EquivalenceRules rules = EquivalenceRules.parse(EquivalenceRules.DEFAULT);
    assertThat(rules.rule("t", "classification.musical_key", "8A", "A minor"))
        .contains(Rule.KEY_NOTATION);
    assertThat(rules.rule("t", "classification.musical_key", "8A", "B minor")).isEmpty();
    assertThat(rules.rule("t", "classification.musical_key", "8A", null)).isEmpty();
    assertThat(rules.rule("t", "classification.musical_key", null, "8A")).isEmpty();
    assertThat(rules.rule("t", "classification.musical_key", "no key", "no key either")).isEmpty();
    assertThat(rules.rule("t", "classification.title", "8A", "A minor"))
        .as("a column nobody declared")
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "number-spelling, 1, 1.0, true",
    "number-spelling, 1, 1.1, false",
    "number-spelling, x, 1, false",
    "unicode-form, é, é, true",
    "unicode-form, e, é, false",
    "letter-case, Abc, aBC, true",
    "letter-case, Abc, abd, false",
    "outer-space, a, ' a ', true",
    "outer-space, a, b, false"
  })
  void eachRuleSaysWhatItSays(String rule, String source, String target, boolean same) {
    EquivalenceRules rules = EquivalenceRules.parse("public.artists.name=" + rule);
    assertThat(rules.rule("public.artists", "name", source, target).isPresent()).isEqualTo(same);
    assertThat(rules.rule("public.labels", "name", source, target)).isEmpty();
  }

  @Test
  void severalAreSeparatedAndNoneIsFine() {
    EquivalenceRules rules = EquivalenceRules.parse(" a = letter-case ; b=outer-space;");
    assertThat(rules.rule("t", "a", "x", "X")).contains(Rule.LETTER_CASE);
    assertThat(rules.rule("t", "b", "x", " x")).contains(Rule.OUTER_SPACE);
    assertThat(EquivalenceRules.parse("").rule("t", "a", "x", "X")).isEmpty();
  }

  @Test
  void whatIsNoRuleIsRefusedWithASentence() {
    assertThatThrownBy(() -> EquivalenceRules.parse("a=nonsense")).hasMessageContaining("nonsense");
    assertThatThrownBy(() -> EquivalenceRules.parse("nonsense"))
        .hasMessageContaining("column=rule");
    assertThatThrownBy(() -> EquivalenceRules.parse("=letter-case"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsEquivalentDoesNotSpeakAgainstTheMigration() {
    for (Verdict verdict : Verdict.values()) {
      assertThat(verdict.counts()).isEqualTo(verdict != Verdict.EQUIVALENT);
    }
  }
}
