package culturalintelligence.domain.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import culturalintelligence.domain.verification.SampleBound.Stratum;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SampleBoundTest {
  @Test
  void threeThousandCleanOnesMeanAtMostOneInAThousand() {
    assertThat(SampleBound.upper(3_000, 0, 0.05)).isCloseTo(0.001, within(0.00001));
  }

  /** Of published tables: the upper end of a two-sided 90 % interval is a one-sided 95 % bound. */
  @Test
  void itIsClopperAndPearsons() {
    assertThat(SampleBound.upper(10, 0, 0.05)).isCloseTo(0.2589, within(0.0001));
    assertThat(SampleBound.upper(10, 1, 0.05)).isCloseTo(0.3942, within(0.0001));
    assertThat(SampleBound.upper(100, 5, 0.05)).isCloseTo(0.1023, within(0.0001));
    assertThat(SampleBound.upper(100, 5, 0.025)).isCloseTo(0.1128, within(0.0001));
  }

  @Test
  void nothingDrawnBoundsNothing() {
    assertThat(SampleBound.upper(0, 0, 0.05)).isEqualTo(1);
    assertThat(SampleBound.upper(5, 5, 0.05)).isEqualTo(1);
    assertThat(SampleBound.upper(List.of(), 0.05)).isEqualTo(1);
  }

  @Test
  void aPartThatWasLookedAtWholeIsKnown() {
    assertThat(SampleBound.upper(List.of(new Stratum("all", 50, 50, 1)), 0.05)).isEqualTo(0.02);
    assertThat(
            SampleBound.upper(
                List.of(new Stratum("risky", 100, 100, 0), new Stratum("plain", 900, 300, 0)),
                0.05))
        .isCloseTo(0.9 * SampleBound.upper(300, 0, 0.05), within(1e-12));
  }

  @Test
  void partsSampledWithDifferentChancesShareTheDoubt() {
    assertThat(
            SampleBound.upper(
                List.of(new Stratum("risky", 1_000, 200, 2), new Stratum("plain", 9_000, 100, 0)),
                0.05))
        .isCloseTo(
            0.1 * SampleBound.upper(200, 2, 0.025) + 0.9 * SampleBound.upper(100, 0, 0.025),
            within(1e-12));
  }

  @Test
  void itHoldsAsOftenAsItSays() {
    Random random = new Random(5);
    double share = 0.02;
    int held = 0;
    for (int i = 0; i < 2_000; i++) {
      int risky = binomial(random, 150, 0.05);
      int plain = binomial(random, 150, 0.0125);
      double bound =
          SampleBound.upper(
              List.of(
                  new Stratum("risky", 20_000, 150, risky),
                  new Stratum("plain", 80_000, 150, plain)),
              0.05);
      held += bound >= share ? 1 : 0;
    }
    assertThat(held / 2_000.0).isGreaterThanOrEqualTo(0.95);
  }

  private static int binomial(Random random, int n, double p) {
    int hits = 0;
    for (int i = 0; i < n; i++) {
      hits += random.nextDouble() < p ? 1 : 0;
    }
    return hits;
  }

  @Test
  void moreWrongThanDrawnIsNoSample() {
    assertThatThrownBy(() -> new Stratum("x", 10, 3, 4))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Stratum("x", 2, 3, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
