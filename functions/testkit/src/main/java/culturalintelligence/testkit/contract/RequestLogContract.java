package culturalintelligence.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import culturalintelligence.domain.library.RequestLog;
import culturalintelligence.domain.library.RequestLog.Entry;
import culturalintelligence.domain.library.RequestLog.Outcome;
import culturalintelligence.domain.library.RequestLog.Sums;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The log may hold what others wrote: only what a test adds is looked at. */
public abstract class RequestLogContract {
  private static final String ROUTE = "POST /contract";

  /** The implementation. */
  protected abstract RequestLog log();

  /** Single requests of this route that are kept. */
  protected abstract long kept(String route);

  private static Entry entry(Instant at, Outcome outcome) {
    return new Entry(at, ROUTE, outcome == Outcome.ERROR ? 500 : 200, outcome, null, 1_000, 1);
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }

  private static Sums grown(Sums before, Sums after) {
    return new Sums(
        after.requests() - before.requests(),
        after.cached() - before.cached(),
        after.analysed() - before.analysed(),
        after.errors() - before.errors(),
        null);
  }

  @Test
  void whatIsAppendedIsCountedByItsOutcome() {
    Sums before = log().sums();
    log()
        .append(
            List.of(
                entry(now(), Outcome.CACHED),
                entry(now(), Outcome.CACHED),
                entry(now(), Outcome.ANALYSED),
                entry(now(), Outcome.ERROR),
                entry(now(), Outcome.OTHER)));

    assertThat(grown(before, log().sums())).isEqualTo(new Sums(5, 2, 1, 1, null));
  }

  @Test
  void nothingAppendedIsNothingCounted() {
    Sums before = log().sums();
    log().append(List.of());

    assertThat(log().sums()).isEqualTo(before);
  }

  @Test
  void countingBeganWithTheOldestRequest() {
    Instant old = now().minus(Duration.ofDays(390));
    log().append(List.of(entry(now(), Outcome.OTHER), entry(old, Outcome.OTHER)));

    assertThat(log().sums().since()).isNotNull().isBeforeOrEqualTo(old);
  }

  /** The database was away for days, and midnight came more than once meanwhile. */
  @Test
  void aBatchMaySpanAnyNumberOfDays() {
    Sums before = log().sums();
    long kept = kept(ROUTE);
    List<Entry> entries =
        IntStream.rangeClosed(0, 40)
            .mapToObj(day -> entry(now().minus(Duration.ofDays(day)), Outcome.CACHED))
            .toList();
    log().append(entries);

    assertThat(grown(before, log().sums()).requests()).isEqualTo(41);
    assertThat(kept(ROUTE) - kept).as("of the last thirty days").isBetween(30L, 31L);
  }

  @Test
  void aBatchIsAppendedWhollyOrNotAtAll() {
    log().append(List.of(entry(now(), Outcome.OTHER)));
    Sums before = log().sums();
    Entry tooLarge = new Entry(now(), ROUTE, 99_999, Outcome.OTHER, null, 1, 1);

    assertThatThrownBy(() -> log().append(List.of(entry(now(), Outcome.OTHER), tooLarge)))
        .isInstanceOf(RuntimeException.class);
    assertThat(log().sums()).isEqualTo(before);
  }

  @Test
  void manyWritersLoseNothing() throws Exception {
    Sums before = log().sums();
    try (ExecutorService writers = Executors.newFixedThreadPool(8)) {
      List<Future<?>> all = new ArrayList<>();
      for (int writer = 0; writer < 8; writer++) {
        all.add(
            writers.submit(
                () -> {
                  for (int i = 0; i < 20; i++) {
                    log()
                        .append(
                            List.of(entry(now(), Outcome.CACHED), entry(now(), Outcome.ANALYSED)));
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }

    assertThat(grown(before, log().sums())).isEqualTo(new Sums(320, 160, 160, 0, null));
  }
}
