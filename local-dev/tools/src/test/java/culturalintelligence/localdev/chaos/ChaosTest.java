package culturalintelligence.localdev.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.testkit.database.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real code and real servers; the model of the protocol is in the domain's tests. */
@Tag("long")
class ChaosTest {
  private static final int HISTORIES = Integer.getInteger("chaos.histories", 2_000);
  private static final long SEED = Long.getLong("chaos.seed", 1);
  private static final int LANES = 2;

  @Test
  void nothingIsLostStaleResurrectedOrDoubled() throws Exception {
    Chaos.Result result = Chaos.play(TestDatabase.migrations(), Map.of(), SEED, HISTORIES, LANES);
    System.out.printf(
        "%,d histories from seed %d, %,d statements, %,d processes that failed, %d listed places%n",
        result.histories(), SEED, result.statements(), result.faults(), result.places());
    assertThat(result.wrong()).isNull();
    assertThat(result.histories()).isEqualTo(HISTORIES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fence", "lock", "hold", "exactly-those"})
  void withoutARuleAHistoryGoesWrong(String rule) throws Exception {
    Chaos.Result result =
        Chaos.play(TestDatabase.migrations(), Chaos.rule(rule), 10_000, 3_000, LANES);
    assertThat(result.wrong()).isNotNull();
    System.out.printf(
        "without %s: seed %d after %,d histories: %s%n",
        rule, result.wrong().seed(), result.histories(), result.wrong().differences());
  }
}
