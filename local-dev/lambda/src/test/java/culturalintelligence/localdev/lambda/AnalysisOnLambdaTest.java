package culturalintelligence.localdev.lambda;

import static culturalintelligence.localdev.lambda.LambdaCall.analyse;
import static culturalintelligence.localdev.lambda.LambdaCall.get;
import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.testkit.audio.SampleAudio;
import culturalintelligence.testkit.database.TestDatabase;
import culturalintelligence.testkit.lambda.Events;
import culturalintelligence.testkit.lambda.PackagedFunction;
import culturalintelligence.testkit.lambda.RuntimeApi.Outcome;
import culturalintelligence.testkit.lambda.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The analysis function in a sandbox, with a pool of one connection. */
class AnalysisOnLambdaTest {
  private static final String BUILT = "culturalintelligence.localdev.lambda.Built#analysis";

  @TempDir static Path music;
  private static List<Path> files;

  private TestDatabase database;

  @BeforeAll
  static void makeMusic() throws IOException {
    SampleAudio.write(music);
    try (Stream<Path> all = Files.walk(music)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @BeforeEach
  void makeDatabase() {
    database = TestDatabase.migrated();
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  static Map<String, String> environment(TestDatabase database, Path music) {
    Map<String, String> environment = new TreeMap<>(database.environment("CULTURAL_INTELLIGENCE"));
    environment.put("CULTURAL_INTELLIGENCE_POOL", "1");
    environment.put("LIBRARY_ROOTS", music + "=" + music);
    environment.put("API_OPEN", "true");
    environment.put("LOG_JSON", "true");
    return environment;
  }

  private Sandbox ready(PackagedFunction function) {
    return Sandbox.ready(function, environment(database, music));
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource(BUILT)
  void aColdStartAnswersFromTheDatabase(PackagedFunction function) {
    try (Sandbox sandbox = Sandbox.start(function, environment(database, music))) {
      LambdaCall.Reply health = get(sandbox, "/api/v3.2/health");
      System.out.printf(
          "[lambda] %s: first answer after %d ms%n", function, sandbox.age().toMillis());
      assertThat(health.status()).isEqualTo(200);
      assertThat(health.body().path("database_connected").asBoolean()).isTrue();
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource(BUILT)
  void everySampleFileIsAnalysedAndThenKnown(PackagedFunction function) {
    try (Sandbox sandbox = ready(function)) {
      for (Path file : files) {
        LambdaCall.Reply first = analyse(sandbox, file.toString());
        LambdaCall.Reply again = analyse(sandbox, file.toString());
        assertThat(first.status()).isEqualTo(200);
        assertThat(again.body().path("classification"))
            .isEqualTo(first.body().path("classification"));
        if (first.body().path("status").asText().equals("success")) {
          assertThat(first.body().path("file_hash").asText()).hasSize(64);
          assertThat(again.body().path("source").asText()).isEqualTo("cached");
        }
      }
    }
    assertThat(database.number("select count(*) from track")).isGreaterThan(files.size() / 2L);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource(BUILT)
  void whatIsNoRequestIsAnAnswerToTheCallerAndNotTheEnd(PackagedFunction function) {
    try (Sandbox sandbox = ready(function)) {
      for (String event : List.of("{}", "[]", "null", "{\"version\":\"2.0\"}", "42", "not json")) {
        Outcome outcome = sandbox.api.call(event, LambdaCall.PATIENCE);
        assertThat(outcome).as(event).isNotInstanceOf(Outcome.TimedOut.class);
      }
      LambdaCall.Reply bad =
          LambdaCall.http(sandbox, "POST", "/api/v3.2/file/analyze", "", "{\"file_path\": 42}");
      assertThat(bad.status()).isEqualTo(400);
      assertThat(bad.body().path("error").asText()).isEqualTo("file_path required in JSON body");
      assertThat(get(sandbox, "/api/v3.2/health").status()).isEqualTo(200);
      assertThat(sandbox.isAlive()).isTrue();
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource(BUILT)
  void aThawedSandboxWithItsConnectionsCutAnswersAsIfNothingWere(PackagedFunction function)
      throws InterruptedException {
    try (Sandbox sandbox = ready(function)) {
      assertThat(analyse(sandbox, files.getFirst().toString()).status()).isEqualTo(200);
      for (int round = 0; round < 3; round++) {
        sandbox.freeze();
        Thread.sleep(1500);
        cutConnections();
        sandbox.thaw();
        LambdaCall.Reply health = get(sandbox, "/api/v3.2/health");
        assertThat(health.body().path("database_connected").asBoolean())
            .as("round %d: %s", round, sandbox.log())
            .isTrue();
        LambdaCall.Reply again = analyse(sandbox, files.get(round + 1).toString());
        assertThat(again.body().path("status").asText()).isNotEqualTo("error");
      }
    }
  }

  private void cutConnections() {
    database.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
            + " where datname = current_database() and pid <> pg_backend_pid()");
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource(BUILT)
  void aCallThatOutlivesItsDeadlineLeavesNothingHalfDone(PackagedFunction function)
      throws SQLException {
    String file = files.getFirst().toString();
    try (Connection holder = database.connect();
        Statement lock = holder.createStatement()) {
      holder.setAutoCommit(false);
      lock.execute("lock table track in access exclusive mode");
      try (Sandbox sandbox = ready(function)) {
        String event =
            Events.http(
                "POST",
                "/api/v3.2/file/analyze",
                "",
                LambdaCall.JSON.createObjectNode().put("file_path", file).toString());
        assertThat(sandbox.api.call(event, Duration.ofSeconds(2)))
            .isInstanceOf(Outcome.TimedOut.class);
        // What AWS does with it: the sandbox is gone, whatever it was doing.
      }
      holder.rollback();
    }
    assertThat(database.number("select count(*) from track")).isBetween(0L, 1L);
    try (Sandbox next = ready(function)) {
      assertThat(analyse(next, file).status()).isEqualTo(200);
    }
    assertThat(database.number("select count(*) from track")).isEqualTo(1);
    assertThat(database.number("select count(*) from classification")).isEqualTo(1);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource(BUILT)
  void askedToEndItEnds(PackagedFunction function) {
    try (Sandbox sandbox = ready(function)) {
      get(sandbox, "/api/v3.2/health");
      int code = sandbox.terminate(Duration.ofSeconds(10));
      assertThat(code).isIn(0, 143);
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource(BUILT)
  void aThousandCallsInARowLeakNothing(PackagedFunction function) {
    try (Sandbox sandbox = ready(function)) {
      for (int i = 0; i < 200; i++) {
        analyse(sandbox, files.get(i % files.size()).toString());
      }
      long memory = sandbox.residentBytes();
      long open = sandbox.openFiles();
      long threads = sandbox.threads();
      for (int i = 0; i < 1000; i++) {
        LambdaCall.Reply reply = analyse(sandbox, files.get(i % files.size()).toString());
        assertThat(reply.status()).isEqualTo(200);
      }
      System.out.printf(
          "[lambda] %s: 1000 calls, memory %+d MB to %d MB, open files %+d, threads %+d%n",
          function,
          (sandbox.residentBytes() - memory) >> 20,
          sandbox.residentBytes() >> 20,
          sandbox.openFiles() - open,
          sandbox.threads() - threads);
      assertThat(sandbox.openFiles()).isLessThanOrEqualTo(open + 5);
      assertThat(sandbox.threads()).isLessThanOrEqualTo(threads + 5);
      assertThat(sandbox.residentBytes()).isLessThan(memory + (64L << 20));
      assertThat(
              database.number(
                  "select count(*) from pg_stat_activity where datname = current_database()"
                      + " and pid <> pg_backend_pid()"))
          .isLessThanOrEqualTo(1);
    }
  }
}
