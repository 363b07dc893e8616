package culturalintelligence.localdev.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import culturalintelligence.testkit.lambda.Events;
import culturalintelligence.testkit.lambda.RuntimeApi.Outcome;
import culturalintelligence.testkit.lambda.Sandbox;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls in the words of the tests. */
final class LambdaCall {
  static final ObjectMapper JSON = new ObjectMapper();
  static final Duration PATIENCE = Duration.ofSeconds(29);

  private LambdaCall() {}

  /** An answer of an HTTP function. */
  record Reply(int status, JsonNode body) {}

  static Reply get(Sandbox sandbox, String path) {
    return http(sandbox, "GET", path, "", null);
  }

  static Reply analyse(Sandbox sandbox, String path) {
    return http(
        sandbox,
        "POST",
        "/api/v3.2/file/analyze",
        "",
        JSON.createObjectNode().put("file_path", path).toString());
  }

  static Reply http(
      Sandbox sandbox, String method, String path, String query, @Nullable String body) {
    JsonNode answer =
        answer(sandbox, sandbox.api.call(Events.http(method, path, query, body), PATIENCE));
    String text = answer.path("body").asText();
    return new Reply(answer.path("statusCode").asInt(), json(text.isEmpty() ? "null" : text));
  }

  /** The names of the messages of a batch that are to come again. */
  static List<String> failuresOf(Sandbox sandbox, String... messages) {
    JsonNode answer =
        answer(sandbox, sandbox.api.call(Events.queue(messages), Duration.ofMinutes(1)));
    return answer
        .path("batchItemFailures")
        .valueStream()
        .map(f -> f.path("itemIdentifier").asText())
        .toList();
  }

  private static JsonNode answer(Sandbox sandbox, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Answered answered -> json(answered.body());
      case Outcome.Failed failed ->
          throw new AssertionError("the function failed: " + failed.error() + sandbox.log());
      case Outcome.TimedOut t -> throw new AssertionError("no answer; its log: " + sandbox.log());
    };
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }
}
