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
import java.util.List;
import java.util.Map;
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
    JsonNode response =
        schemas.resolve(operation.path("responses").path(String.valueOf(answer.status())));
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
}
