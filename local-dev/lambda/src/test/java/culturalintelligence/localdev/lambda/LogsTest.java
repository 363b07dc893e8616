package culturalintelligence.localdev.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import culturalintelligence.testkit.lambda.Events;
import culturalintelligence.testkit.lambda.PackagedFunction;
import culturalintelligence.testkit.lambda.RuntimeApi.Outcome;
import culturalintelligence.testkit.lambda.Sandbox;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a whole run leaves in a function's log, and what it must not. */
class LogsTest {
  /** Planted in the rows, in the addresses, and in the messages. */
  private static final List<String> SECRETS =
      List.of("purchaser@example.org", "Purchaser Planted", "planted-password", "planted-key");

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("culturalintelligence.localdev.lambda.Built#migration")
  void aRunsLogIsJsonAndHoldsNobodysSecrets(PackagedFunction function) throws Exception {
    try (Library library = Library.of(300)) {
      library.inSource(
          """
          update metacrate_tracks set extraction_metadata = coalesce(extraction_metadata, '{}'::jsonb)
            || '{"apID": "purchaser@example.org", "ownr": "Purchaser Planted"}'::jsonb""");
      // One that no typed table takes: it goes into quarantine, or is carried as it is; not into
      // the log.
      library.inSource(
          "update metacrate_tracks set confidence_score = 'NaN' where id = (select min(id::text)::uuid from metacrate_tracks)");
      Map<String, String> environment = library.environment();
      environment.put("METRICS_EMF", "true");
      environment.put("API_KEYS", "planted-key");
      String log;
      try (Sandbox sandbox = Sandbox.ready(function, environment)) {
        for (String message : library.messages()) {
          LambdaCall.failuresOf(sandbox, message);
        }
        // Failures are what logs talk about.
        LambdaCall.failuresOf(
            sandbox,
            "{\"version\":1,\"plan\":\"purchaser@example.org\",\"chunk\":1}",
            "purchaser@example.org");
        Outcome outcome = sandbox.api.call(Events.queue("{}"), Duration.ofSeconds(20));
        assertThat(outcome).isInstanceOf(Outcome.Answered.class);
        log = sandbox.log();
      }
      environment.put("METACRATE_PASSWORD", "planted-password");
      environment.put("METACRATE_URL", environment.get("METACRATE_URL") + "_gone");
      try (Library other = library.again();
          Sandbox sandbox = Sandbox.ready(function, with(other.environment(), environment))) {
        LambdaCall.failuresOf(sandbox, other.messages().getFirst());
        log += sandbox.log();
      }
      assertThat(log).contains("cold_start", "request_id", "\"chunk\"", "RowsMigrated");
      for (String secret : SECRETS) {
        assertThat(log).as("planted: " + secret).doesNotContain(secret);
      }
      int lines = 0;
      for (String line : log.lines().toList()) {
        // The JVM's own warnings come before any logging.
        if (line.startsWith("{")) {
          JsonNode json = LambdaCall.json(line);
          assertThat(json.has("timestamp") || json.has("_aws")).as(line).isTrue();
          lines++;
        }
      }
      assertThat(lines).isGreaterThan(3);
    }
  }

  private static Map<String, String> with(Map<String, String> all, Map<String, String> broken) {
    all.put("METACRATE_URL", broken.get("METACRATE_URL"));
    all.put("METACRATE_PASSWORD", broken.get("METACRATE_PASSWORD"));
    all.put("LOG_JSON", "true");
    return all;
  }
}
