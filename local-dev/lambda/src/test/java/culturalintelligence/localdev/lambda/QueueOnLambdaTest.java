package culturalintelligence.localdev.lambda;

import static culturalintelligence.localdev.lambda.LambdaCall.failuresOf;
import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.testkit.lambda.Events;
import culturalintelligence.testkit.lambda.PackagedFunction;
import culturalintelligence.testkit.lambda.RuntimeApi.Outcome;
import culturalintelligence.testkit.lambda.Sandbox;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The migration and verification functions in their sandboxes, fed as SQS feeds them. */
class QueueOnLambdaTest {
  private static final String MIGRATION = "culturalintelligence.localdev.lambda.Built#migration";
  private static final String VERIFICATION =
      "culturalintelligence.localdev.lambda.Built#verification";
  private static final String TRACKS = "select count(*) from track";
  private static final String NOT_COPIED =
      "select count(*) from migration.chunk where state not in ('COPIED', 'VERIFIED')";

  private Library library;

  @BeforeEach
  void makeLibrary() throws Exception {
    library = Library.of(300);
  }

  @AfterEach
  void dropLibrary() {
    library.close();
  }

  private Sandbox ready(PackagedFunction function) {
    return Sandbox.ready(function, library.environment());
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource(MIGRATION)
  void everyChunkIsCopiedAndAsecondDeliveryChangesNothing(PackagedFunction function) {
    try (Sandbox sandbox = ready(function)) {
      for (String message : library.messages()) {
        assertThat(failuresOf(sandbox, message)).as(sandbox.log()).isEmpty();
      }
      assertThat(library.target.number(NOT_COPIED)).isZero();
      long tracks = library.target.number(TRACKS);
      assertThat(tracks).isPositive();
      for (String message : library.messages()) {
        assertThat(failuresOf(sandbox, message, message)).isEmpty();
      }
      assertThat(library.target.number(TRACKS)).isEqualTo(tracks);
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource(MIGRATION)
  void ofABatchOnlyWhatFailedComesAgain(PackagedFunction function) {
    try (Sandbox sandbox = ready(function)) {
      String good = library.messages().getFirst();
      String other = library.messages().getLast();
      assertThat(
              failuresOf(
                  sandbox,
                  good,
                  "not json",
                  "{\"version\":99,\"plan\":1,\"chunk\":1}",
                  other,
                  "{\"version\":1,\"plan\":0,\"chunk\":-3}",
                  "[]"))
          .containsExactly("m2", "m3", "m5", "m6");
      assertThat(library.target.number(TRACKS)).isNotNegative();
      assertThat(
              library.target.number(
                  "select count(*) from migration.chunk where state in ('COPIED', 'VERIFIED')"))
          .isEqualTo(2);
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource(MIGRATION)
  void whatIsNoBatchFailsAndTheNextIsCopied(PackagedFunction function) {
    try (Sandbox sandbox = ready(function)) {
      for (String event : List.of("[]", "42", "\"text\"", "not json", "{\"Records\":7}")) {
        assertThat(sandbox.api.call(event, Duration.ofSeconds(20)))
            .as(event)
            .isInstanceOf(Outcome.Failed.class);
      }
      assertThat(failuresOf(sandbox, library.messages().getFirst())).isEmpty();
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource(MIGRATION)
  void aThawedSandboxWithItsConnectionsCutCopies(PackagedFunction function)
      throws InterruptedException {
    try (Sandbox sandbox = ready(function)) {
      assertThat(failuresOf(sandbox, library.messages().getFirst())).isEmpty();
      sandbox.freeze();
      Thread.sleep(1500);
      library.target.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity"
              + " where datname = current_database() and pid <> pg_backend_pid()");
      sandbox.thaw();
      for (String message : library.messages()) {
        assertThat(failuresOf(sandbox, message)).as(sandbox.log()).isEmpty();
      }
      assertThat(library.target.number(NOT_COPIED)).isZero();
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource(MIGRATION)
  void asandboxEndedInTheMiddleOfAChunkLeavesItToTheNext(PackagedFunction function)
      throws Exception {
    String message = library.messages().getLast();
    try (Connection holder = library.target.connect();
        Statement lock = holder.createStatement()) {
      holder.setAutoCommit(false);
      lock.execute("lock table track, content in access exclusive mode");
      for (String one : library.messages()) {
        try (Sandbox sandbox = ready(function)) {
          Outcome outcome = sandbox.api.call(Events.queue(one), Duration.ofSeconds(3));
          if (outcome instanceof Outcome.TimedOut) {
            message = one;
            sandbox.terminate(Duration.ofSeconds(10));
            break;
          }
        }
      }
      holder.rollback();
    }
    Thread.sleep(2500);
    try (Sandbox next = ready(function)) {
      assertThat(failuresOf(next, message)).as(next.log()).isEmpty();
      for (String one : library.messages()) {
        assertThat(failuresOf(next, one)).isEmpty();
      }
    }
    assertThat(library.target.number(NOT_COPIED)).isZero();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource(MIGRATION)
  void aThousandMessagesInARowLeakNothing(PackagedFunction function) {
    try (Sandbox sandbox = ready(function)) {
      String message = library.messages().getFirst();
      for (int i = 0; i < 100; i++) {
        failuresOf(sandbox, message);
      }
      long memory = sandbox.residentBytes();
      long open = sandbox.openFiles();
      long threads = sandbox.threads();
      for (int i = 0; i < 1000; i++) {
        assertThat(failuresOf(sandbox, message)).isEmpty();
      }
      System.out.printf(
          "[lambda] %s: 1000 messages, memory %+d MB to %d MB, open files %+d, threads %+d%n",
          function,
          (sandbox.residentBytes() - memory) >> 20,
          sandbox.residentBytes() >> 20,
          sandbox.openFiles() - open,
          sandbox.threads() - threads);
      assertThat(sandbox.openFiles()).isLessThanOrEqualTo(open + 5);
      assertThat(sandbox.threads()).isLessThanOrEqualTo(threads + 5);
      assertThat(sandbox.residentBytes()).isLessThan(memory + (64L << 20));
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource(VERIFICATION)
  void everyChunkIsProvenAndADifferenceIsFound(PackagedFunction function) {
    PackagedFunction copier = Built.migration().findFirst().orElse(null);
    if (copier == null) {
      return;
    }
    try (Sandbox copy = ready(copier)) {
      for (String message : library.messages()) {
        assertThat(failuresOf(copy, message)).isEmpty();
      }
    }
    try (Sandbox sandbox = ready(function)) {
      for (String message : library.messages()) {
        assertThat(failuresOf(sandbox, message)).as(sandbox.log()).isEmpty();
      }
      assertThat(library.target.number("select count(*) from migration.difference")).isZero();
      library.target.execute(
          "update classification set title = title || '!' where id = (select min(id::text)::uuid from classification)");
      for (String message : library.messages()) {
        assertThat(failuresOf(sandbox, message)).isEmpty();
      }
      assertThat(library.target.number("select count(*) from migration.difference")).isPositive();
    }
  }
}
