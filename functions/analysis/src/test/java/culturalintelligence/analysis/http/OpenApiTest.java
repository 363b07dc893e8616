package culturalintelligence.analysis.http;

import static culturalintelligence.analysis.http.Client.analyse;
import static culturalintelligence.analysis.http.Client.analyseAsSecondClient;
import static culturalintelligence.analysis.http.Client.batch;
import static culturalintelligence.analysis.http.Client.get;
import static culturalintelligence.analysis.http.Client.lookUp;
import static culturalintelligence.analysis.http.Client.lookUpHash;
import static culturalintelligence.analysis.http.Client.post;
import static culturalintelligence.analysis.http.Client.validate;
import static culturalintelligence.analysis.http.MusicLibrary.put;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import culturalintelligence.analysis.http.Client.Answer;
import culturalintelligence.testkit.audio.AudioFixture;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The document that is served is true: real answers fit it. */
@QuarkusTest
@QuarkusTestResource(TargetDatabaseResource.class)
@QuarkusTestResource(MusicLibrary.class)
class OpenApiTest {
  private static void assertFits(Answer answer, String method, String route) {
    JsonNode document = get("/q/openapi?format=json").body();
    JsonSchema schemas = new JsonSchema(document);
    JsonNode operation = document.path("paths").path(route).path(method);
    assertThat(operation.isObject()).as("%s %s in the document", method, route).isTrue();
    JsonNode responses = operation.path("responses");
    String status = String.valueOf(answer.status());
    JsonNode response =
        schemas.resolve(responses.has(status) ? responses.path(status) : responses.path("default"));
    JsonNode schema = response.path("content").path("application/json").path("schema");
    assertThat(schema.isObject())
        .as("a schema for %s %s %s", method, route, answer.status())
        .isTrue();
    assertThat(schemas.faults(schema, answer.body())).as("%s", answer.body()).isEmpty();
  }

  @Test
  void answersAboutOneFileFit() {
    AudioFixture audio =
        AudioFixture.mp3().title("Open").artist("Api").bpm("128").tag("X", "1", "2");
    String path = put("openapi/a.mp3", audio);
    String copy = put("openapi/copy/a.mp3", audio);
    Answer first = analyse(path);

    assertFits(first, "post", "/api/v3.2/file/analyze");
    assertFits(analyse(path), "post", "/api/v3.2/file/analyze");
    assertFits(analyseAsSecondClient(copy), "post", "/api/track/analyze");
    assertFits(lookUp(path), "get", "/api/v3.2/file/path");
    assertFits(lookUpHash(first.text("/file_hash")), "get", "/api/v3.2/file/hash/{hash}");
    assertFits(validate(path, Map.of("remix_info", "dub")), "post", "/api/v3.2/file/validate");
    assertFits(batch(List.of(path, "/etc/passwd")), "post", "/api/v3.2/batch");
    assertFits(get("/api/v3.2/duplicates"), "get", "/api/v3.2/duplicates");
    analyse(put("openapi/retagged.mp3", audio.comment("retagged")));
    assertFits(get("/api/v3.2/related"), "get", "/api/v3.2/related");
    assertFits(
        get("/api/v3.2/related?file_hash=" + first.text("/file_hash")), "get", "/api/v3.2/related");
  }

  @Test
  void errorsFit() {
    assertFits(analyse("/etc/passwd"), "post", "/api/v3.2/file/analyze");
    assertFits(post("/api/v3.2/file/analyze", Map.of()), "post", "/api/v3.2/file/analyze");
    assertFits(get("/api/v3.2/file/path"), "get", "/api/v3.2/file/path");
    assertFits(post("/api/track/batch", List.of()), "post", "/api/track/batch");
    assertFits(get("/api/v3.2/duplicates?limit=x"), "get", "/api/v3.2/duplicates");
    assertFits(get("/api/v3.2/related?file_hash=x"), "get", "/api/v3.2/related");
  }

  @Test
  void figuresFit() {
    assertFits(get("/api/v3.2/health"), "get", "/api/v3.2/health");
    assertFits(get("/api/health"), "get", "/api/health");
    assertFits(get("/api/v3.2/stats"), "get", "/api/v3.2/stats");
    assertFits(get("/api/stats"), "get", "/api/stats");
  }

  @Test
  void everyRouteOfTheDocumentExists() {
    get("/q/openapi?format=json")
        .at("/paths")
        .properties()
        .forEach(
            route ->
                assertThat(
                        Client.answer(
                                given().delete(route.getKey().replace("{hash}", "a".repeat(64))))
                            .status())
                    .as("DELETE %s: the route is there, the method is not", route.getKey())
                    .isEqualTo(405));
  }

  /** Of one operation of the document: its name there, and an answer it gave. */
  private record Seen(String method, String route, Answer answer) {}

  /**
   * Every operation of the document, with what it answers when all is well and each way a request
   * can be wrong: all fit, and none of the document's operations was left out.
   */
  @Test
  void everyOperationFitsInItsAnswersAndInItsErrors() {
    String path = put("openapi/every.mp3", AudioFixture.mp3().title("Every").artist("Operation"));
    String hash = analyse(path).text("/file_hash");
    List<Seen> seen = new ArrayList<>();
    Map<String, Object> one = Map.of("file_path", path);
    Map<String, Object> several = Map.of("file_paths", List.of(path, "/srv/music/none.mp3"));
    Map<String, Map<String, Object>> posts =
        Map.of(
            "/api/v3.2/file/analyze", one,
            "/api/track/analyze", one,
            "/api/v3.2/file/validate", one,
            "/api/v3.2/batch", several,
            "/api/track/batch", several);
    posts.forEach(
        (route, good) -> {
          seen.add(new Seen("post", route, post(route, good)));
          for (Answer wrong :
              List.of(
                  post(route, Map.of()),
                  post(route, List.of()),
                  post(route, Map.of("file_path", true, "file_paths", 1)),
                  Client.send(route, "application/json", "{"),
                  Client.send(route, "text/plain", "{}"),
                  Client.send(route, "application/json", " ".repeat(200_000)),
                  Client.answer(given().get(route)),
                  post(
                      route,
                      Map.of("file_path", "/etc/passwd", "file_paths", many("/etc/passwd"))))) {
            String method = wrong.status() == 405 ? "get" : "post";
            seen.add(new Seen(method, route, wrong));
          }
          for (String odd : List.of("/srv/music/../x", "\\\\a\\b", "/srv/music", "a\\u0000b")) {
            seen.add(
                new Seen(
                    "post",
                    route,
                    Client.answer(
                        Client.json(Map.of("file_path", odd, "file_paths", List.of(odd)))
                            .header("Prefer", "status-codes")
                            .post(route))));
          }
        });
    Map<String, List<String>> gets =
        Map.of(
            "/api/v3.2/file/path", List.of("?path=" + path, "", "?path=", "?path=/etc/passwd"),
            "/api/v3.2/file/hash/{hash}", List.of(hash, "0".repeat(64), "x"),
            "/api/v3.2/duplicates", List.of("", "?limit=0", "?after=x"),
            "/api/v3.2/related", List.of("", "?file_hash=x", "?file_hash=" + hash, "?limit=501"),
            "/api/v3.2/health", List.of(""),
            "/api/health", List.of(""),
            "/api/v3.2/stats", List.of(""),
            "/api/stats", List.of(""));
    gets.forEach(
        (route, rests) -> {
          for (String rest : rests) {
            String address = route.replace("{hash}", "") + rest;
            seen.add(
                new Seen(
                    "get", route, Client.answer(given().urlEncodingEnabled(false).get(address))));
          }
          String plain = route.replace("{hash}", hash);
          seen.add(new Seen("post", route, post(plain, Map.of())));
        });

    for (Seen one2 : seen) {
      assertAnswerFits(one2);
    }
    Set<String> right =
        seen.stream()
            .filter(s -> s.answer().status() == 200)
            .map(s -> s.method() + " " + s.route())
            .collect(Collectors.toSet());
    document()
        .path("paths")
        .properties()
        .forEach(
            route ->
                route
                    .getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> assertThat(right).contains(method + " " + route.getKey())));
  }

  private static List<String> many(String path) {
    return Collections.nCopies(51, path);
  }

  private static JsonNode document() {
    return get("/q/openapi?format=json").body();
  }

  /** A method the route has not is nobody's operation, and is answered by the document's Error. */
  private static void assertAnswerFits(Seen seen) {
    JsonNode paths = document().path("paths").path(seen.route());
    if (paths.has(seen.method())) {
      assertFits(seen.answer(), seen.method(), seen.route());
    } else {
      assertThat(seen.answer().status()).isEqualTo(405);
      JsonSchema schemas = new JsonSchema(document());
      JsonNode error = document().at("/components/schemas/Error");
      assertThat(schemas.faults(error, seen.answer().body())).isEmpty();
    }
  }
}
