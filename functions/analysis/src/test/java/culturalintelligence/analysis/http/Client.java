package culturalintelligence.analysis.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;

/** MetaCrate's clients, as the tests speak of them. Whatever comes back must be JSON. */
final class Client {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Client() {}

  /** An answer; {@link #at} reads a value by its JSON pointer. */
  record Answer(int status, JsonNode body) {
    JsonNode at(String pointer) {
      return body.at(pointer);
    }

    String text(String pointer) {
      return at(pointer).asText();
    }

    /** Without what is about this one request. */
    JsonNode lasting() {
      ObjectNode copy = body.deepCopy();
      copy.remove(List.of("api_info", "source"));
      return copy;
    }
  }

  static Answer analyse(String path) {
    return post("/api/v3.2/file/analyze", Map.of("file_path", path));
  }

  static Answer analyseAsSecondClient(String path) {
    return post("/api/track/analyze", Map.of("file_path", path));
  }

  static Answer analyseAskingForStatusCodes(String path) {
    return answer(
        json(Map.of("file_path", path))
            .header("Prefer", "status-codes")
            .post("/api/v3.2/file/analyze"));
  }

  static Answer lookUp(String path) {
    return answer(given().queryParam("path", path).get("/api/v3.2/file/path"));
  }

  static Answer lookUpHash(String hash) {
    return answer(given().get("/api/v3.2/file/hash/" + hash));
  }

  static Answer batch(List<?> paths) {
    return post("/api/v3.2/batch", Map.of("file_paths", paths));
  }

  static Answer validate(String path, Map<String, ?> classification) {
    return post(
        "/api/v3.2/file/validate", Map.of("file_path", path, "classification", classification));
  }

  static Answer get(String route) {
    return answer(given().get(route));
  }

  static Answer post(String route, Object body) {
    return answer(json(body).post(route));
  }

  /** Bytes as they are, under any content type. */
  static Answer send(String route, String contentType, String body) {
    return answer(given().header("Content-Type", contentType).body(body).post(route));
  }

  static RequestSpecification json(Object body) {
    return given().contentType("application/json").body(write(body));
  }

  static Answer answer(Response response) {
    assertThat(response.contentType())
        .as("content type of %s", response.statusLine())
        .startsWith("application/json");
    return new Answer(response.statusCode(), read(response.asByteArray()));
  }

  private static String write(Object body) {
    try {
      return MAPPER.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static JsonNode read(byte[] body) {
    try {
      JsonNode node = MAPPER.readTree(body);
      assertThat(node.isObject()).as("an object of JSON, not '%s'", node).isTrue();
      return node;
    } catch (java.io.IOException e) {
      throw new AssertionError("not JSON", e);
    }
  }
}
