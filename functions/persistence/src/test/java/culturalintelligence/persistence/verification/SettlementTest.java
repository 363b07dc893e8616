package culturalintelligence.persistence.verification;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.verification.Difference;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What two looks may conclude, and what they may not. */
class SettlementTest {
  private static final List<String> KEY = List.of("1");
  private static final Difference CHANGED =
      Difference.ofRow("public.artists", Difference.Kind.CHANGED, KEY);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private static Seen equal() {
    return new Seen(false, "v", "t", List.of());
  }

  private static Seen differs(@Nullable String sourceVersion, String targetVersion) {
    return new Seen(false, sourceVersion, targetVersion, List.of(CHANGED));
  }

  private static Seen waits(String sourceVersion) {
    return new Seen(true, sourceVersion, "t", List.of(CHANGED));
  }

  private static Settlement.Settled settled(boolean captured, Seen first, Seen... later)
      throws SQLException {
    Deque<Seen> looks = new ArrayDeque<>(List.of(later));
    return Settlement.settle(
        Map.of(KEY, first),
        captured,
        keys -> Map.of(KEY, looks.size() > 1 ? looks.removeFirst() : looks.getFirst()),
        PAUSE,
        duration -> {});
  }

  @Test
  void oneVersionThatDiffersTwiceIsADifference() throws SQLException {
    assertThat(settled(true, differs("v", "t"), differs("v", "t")))
        .isEqualTo(new Settlement.Settled(List.of(CHANGED), 0));
  }

  @Test
  void whatIsEqualAtTheSecondLookIsNone() throws SQLException {
    assertThat(settled(true, differs("v", "t"), equal()))
        .isEqualTo(new Settlement.Settled(List.of(), 0));
  }

  @Test
  void aRowThatChangedBetweenTheLooksIsLookedAtAgain() throws SQLException {
    assertThat(settled(true, differs("v1", "t"), differs("v2", "t"), equal()).differences())
        .isEmpty();
  }

  @Test
  void aKeyInTheOutboxIsNoDifferenceHoweverOftenItIsSeen() throws SQLException {
    assertThat(settled(true, waits("v"), waits("v")))
        .isEqualTo(new Settlement.Settled(List.of(), 1));
  }

  @Test
  void aKeyThatWasInTheOutboxAtOneOfTheLooksIsLookedAtAgain() throws SQLException {
    assertThat(settled(true, waits("v"), differs("v", "t"), equal()).differences()).isEmpty();
    assertThat(settled(true, differs("v", "t"), waits("v"), equal()).differences()).isEmpty();
  }

  @Test
  void aRowThatOnlyTheTargetHasMustBeTheSameOneTwice() throws SQLException {
    assertThat(settled(true, differs(null, "t1"), differs(null, "t2"), equal()).differences())
        .isEmpty();
    assertThat(settled(true, differs(null, "t"), differs(null, "t")).differences())
        .containsExactly(CHANGED);
  }

  @Test
  void whatNeverSettlesWaitsAndIsCounted() throws SQLException {
    Seen[] everNew =
        java.util.stream.IntStream.range(0, 20)
            .mapToObj(i -> differs("v" + i, "t"))
            .toArray(Seen[]::new);
    assertThat(settled(true, differs("v", "t"), everNew))
        .isEqualTo(new Settlement.Settled(List.of(), 1));
  }

  @Test
  void whereNothingIsCapturedTheTargetStandsStill() throws SQLException {
    assertThat(settled(false, differs("v1", "t"), differs("v2", "t")).differences())
        .containsExactly(CHANGED);
  }

  @Test
  void eachLookWaitsTwiceAsLong() throws SQLException {
    List<Duration> pauses = new java.util.ArrayList<>();
    Settlement.settle(
        Map.of(KEY, waits("v")), true, keys -> Map.of(KEY, waits("v")), PAUSE, pauses::add);
    assertThat(pauses)
        .containsExactly(
            PAUSE,
            PAUSE.multipliedBy(2),
            PAUSE.multipliedBy(4),
            PAUSE.multipliedBy(8),
            PAUSE.multipliedBy(16));
  }
}
