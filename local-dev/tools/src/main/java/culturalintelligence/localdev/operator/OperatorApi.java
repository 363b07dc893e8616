package culturalintelligence.localdev.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions' HTTP interface, as a client sees it. */
public final class OperatorApi implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI base;
  private final @Nullable String apiKey;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  /**
   * A client.
   *
   * @param base such as {@code http://127.0.0.1:5000}
   * @param apiKey sent as {@code X-API-Key}, where the functions ask for one
   */
  public OperatorApi(URI base, @Nullable String apiKey) {
    this.base = base;
    this.apiKey = apiKey;
  }

  public URI base() {
    return base;
  }

  public JsonNode get(String path) throws Refused {
    return call("GET", path, null);
  }

  public JsonNode delete(String path) throws Refused {
    return call("DELETE", path, null);
  }

  /** Sends a text as it is. */
  JsonNode send(String method, String path, String body) throws Refused {
    return call(method, path, body);
  }

  public JsonNode post(String path) throws Refused {
    return call("POST", path, null);
  }

  public JsonNode post(String path, Map<String, ?> body) throws Refused {
    try {
      return call("POST", path, JSON.writeValueAsString(body));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Sends JSON that is text already. */
  public JsonNode postJson(String path, String body) throws Refused {
    return call("POST", path, body);
  }

  private JsonNode call(String method, String path, @Nullable String body) throws Refused {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(PATIENCE)
            .header("Accept", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (apiKey != null) {
      request.header("X-API-Key", apiKey);
    }
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      JsonNode answer = JSON.readTree(response.body());
      if (response.statusCode() >= 400) {
        throw new Refused(
            response.statusCode(),
            answer.path("error").asText("HTTP " + response.statusCode()),
            answer.path("next").textValue(),
            answer);
      }
      return answer;
    } catch (ConnectException e) {
      throw new Refused(0, "nobody answers at " + base, "local-dev/run, or set CRATECTL_URL");
    } catch (JsonProcessingException e) {
      throw new Refused(0, "no JSON came from " + base.resolve(path), "look at CRATECTL_URL");
    } catch (IOException e) {
      throw new Refused(0, base + ": " + e.getMessage(), "look at the server's log");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refused(0, "interrupted", null);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  /** The call was answered with a failure, or not at all. */
  public static final class Refused extends Exception {
    private final int status;
    private final @Nullable String next;
    private final transient JsonNode answer;

    Refused(int status, String sentence, @Nullable String next) {
      this(status, sentence, next, MissingNode.getInstance());
    }

    Refused(int status, String sentence, @Nullable String next, JsonNode answer) {
      super(sentence);
      this.status = status;
      this.next = next;
      this.answer = answer;
    }

    /** The whole answer; missing when there was none. */
    public JsonNode answer() {
      return answer;
    }

    /** The HTTP status; 0 when there was no answer. */
    public int status() {
      return status;
    }

    /** What to do about it, where the answer said so. */
    public @Nullable String next() {
      return next;
    }
  }
}
