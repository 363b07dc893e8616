package culturalintelligence.domain.migration;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.migration.ProtocolModel.Rule;
import culturalintelligence.domain.migration.ProtocolModel.Verdict;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The protocol is safe with all its rules, and each of them is needed. */
class ProtocolModelTest {

  @Test
  void withAllRulesNoStateIsWrong() {
    Verdict verdict = new ProtocolModel(EnumSet.allOf(Rule.class), 3).search();
    System.out.printf(
        "protocol model: %,d states, %,d of them settled, %s%n",
        verdict.states(), verdict.settled(), verdict.isSafe() ? "all right" : verdict.trace());
    assertThat(verdict.trace()).isNull();
    assertThat(verdict.settled()).isGreaterThan(100);
  }

  @ParameterizedTest
  @EnumSource
  void withoutARuleARowIsLostStaleOrResurrected(Rule leftOut) {
    Verdict verdict = new ProtocolModel(EnumSet.complementOf(EnumSet.of(leftOut)), 2).search();
    System.out.printf(
        "without %s, after %,d states:%n  %s%n",
        leftOut,
        verdict.states(),
        verdict.trace() == null ? "safe" : String.join("\n  ", verdict.trace()));
    assertThat(verdict.trace()).isNotNull();
    assertThat(verdict.trace().getLast()).contains("WRONG");
  }
}
