package culturalintelligence.localdev.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.localdev.sample.SampleLibrary;
import culturalintelligence.localdev.servers.EmbeddedQueue;
import culturalintelligence.testkit.database.TestDatabase;
import culturalintelligence.testkit.lambda.PackagedFunction;
import culturalintelligence.testkit.lambda.Sandbox;
import java.sql.Connection;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The operator's verbs from a package: the schema's migrations, too, are inside it. */
class OperationsOnLambdaTest {
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("culturalintelligence.localdev.lambda.Built#operations")
  void anEmptyDatabaseIsMadeReadyPlannedAndStarted(PackagedFunction function) throws Exception {
    try (TestDatabase source = TestDatabase.empty();
        TestDatabase target = TestDatabase.empty();
        EmbeddedQueue queue = EmbeddedQueue.start()) {
      try (Connection connection = source.connect()) {
        SampleLibrary.create(connection, 100, 7, null);
      }
      Map<String, String> environment = new TreeMap<>(target.environment("CULTURAL_INTELLIGENCE"));
      environment.putAll(source.environment("METACRATE"));
      environment.put("QUEUE_URL", queue.url("copy"));
      try (Sandbox sandbox = Sandbox.ready(function, environment)) {
        assertThat(call(sandbox, "GET", "schema").body().path("pending")).isNotEmpty();
        assertThat(call(sandbox, "POST", "schema").body().path("pending")).isEmpty();
        assertThat(call(sandbox, "GET", "discover").body().path("tables")).hasSizeGreaterThan(3);
        assertThat(call(sandbox, "POST", "plan").body().path("created").asBoolean()).isTrue();
        assertThat(call(sandbox, "POST", "start").body().path("chunks").asInt()).isPositive();
        LambdaCall.Reply status = call(sandbox, "GET", "status");
        assertThat(status.status()).isEqualTo(200);
        assertThat(status.body().path("tables")).isNotEmpty();
        assertThat(call(sandbox, "GET", "report").status()).isEqualTo(200);
        assertThat(call(sandbox, "GET", "nothing").status()).isEqualTo(404);
      }
    }
  }

  private static LambdaCall.Reply call(Sandbox sandbox, String method, String verb) {
    LambdaCall.Reply reply =
        LambdaCall.http(
            sandbox, method, "/operations/" + verb, "", method.equals("POST") ? "{}" : null);
    if (reply.status() >= 500) {
      throw new AssertionError(verb + ": " + reply + sandbox.log());
    }
    return reply;
  }
}
