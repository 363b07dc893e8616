package culturalintelligence.analysis.http;

import static culturalintelligence.analysis.http.MusicLibrary.put;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import culturalintelligence.analysis.http.Client.Answer;
import culturalintelligence.testkit.audio.AudioFixture;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The page {@code API.md} shows what is really answered: every request on it is sent here, and the
 * page written anew must be the page that is there. To write it, run this with {@code
 * -Dapi-page=write}.
 *
 * <p>What no two runs have alike (times, counters) stands as one fixed value of its kind.
 */
@QuarkusTest
@QuarkusTestResource(value = TargetDatabaseResource.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = MusicLibrary.class, restrictToAnnotatedClass = true)
class ApiPageTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final Path PAGE = Path.of("API.md");
  private static final String TIME = "2026-01-02T03:04:05.678901Z";

  /** What stands for values that differ from run to run, by their names. */
  private static final Map<String, JsonNode> FIXED =
      Map.ofEntries(
          Map.entry("timestamp", JSON.getNodeFactory().textNode(TIME)),
          Map.entry("processed_at", JSON.getNodeFactory().textNode(TIME)),
          Map.entry("counted_since", JSON.getNodeFactory().textNode(TIME)),
          Map.entry("response_time_ms", JSON.getNodeFactory().numberNode(4)),
          Map.entry("processing_time_ms", JSON.getNodeFactory().numberNode(4)),
          Map.entry("uptime_seconds", JSON.getNodeFactory().numberNode(86_400)),
          Map.entry("total_requests", JSON.getNodeFactory().numberNode(1_234)),
          Map.entry("requests_per_minute", JSON.getNodeFactory().numberNode(12.5)),
          Map.entry("cache_hits", JSON.getNodeFactory().numberNode(1_000)),
          Map.entry("new_analyses", JSON.getNodeFactory().numberNode(200)),
          Map.entry("errors", JSON.getNodeFactory().numberNode(34)));

  private final StringBuilder page = new StringBuilder();
  private final Set<String> shown = new HashSet<>();

  @Test
  void thePageShowsWhatIsAnswered() throws IOException {
    library();
    write();
    for (Map.Entry<String, JsonNode> route :
        Client.get("/q/openapi?format=json").at("/paths").properties()) {
      route
          .getValue()
          .fieldNames()
          .forEachRemaining(
              method ->
                  assertThat(shown).as("on the page").contains(method + " " + route.getKey()));
    }
    if ("write".equals(System.getProperty("api-page"))) {
      Files.writeString(PAGE, page);
    }
    assertThat(page.toString())
        .as("API.md is stale: write it with -Dapi-page=write and read what changed")
        .isEqualTo(Files.readString(PAGE));
  }

  private static void library() throws IOException {
    AudioFixture tide =
        AudioFixture.mp3()
            .title("Night Ferry (Kavo Remix)")
            .artist("Lena Ortiz")
            .genre("Deep House")
            .bpm("124.5")
            .seconds(3);
    put("House/Lena Ortiz - Night Ferry (Kavo Remix).mp3", tide);
    put("Downloads/Lena Ortiz - Night Ferry (Kavo Remix) (1).mp3", tide);
    put("House/Low Tide.flac", AudioFixture.flac().title("Low Tide").artist("Mono-Kay"));
    put("House/retagged.mp3", tide.comment("bought twice"));
    for (String name :
        List.of(
            "House/Lena Ortiz - Night Ferry (Kavo Remix).mp3",
            "Downloads/Lena Ortiz - Night Ferry (Kavo Remix) (1).mp3",
            "House/Low Tide.flac",
            "House/retagged.mp3")) {
      Files.setLastModifiedTime(
          MusicLibrary.at(name), FileTime.from(Instant.parse("2025-06-07T08:09:10Z")));
    }
  }

  private void write() {
    page.append(
        """
        # The API by example

        Every route with a request and what was answered to it. This page is written by `ApiPageTest`, which sends each
        request and fails when an answer is another: it can't be stale. Times and counters are set to one value, because no
        two runs have them alike. The fields and their types are in the OpenAPI document at `/q/openapi`; what the codes mean
        is in the [README](README.md).

        The service of these answers has `LIBRARY_ROOTS='X:\\Music=/music;/srv/music=/music'` and four files.

        ```sh
        S=http://localhost:5000
        ```
        """);
    String file = "/srv/music/House/Lena Ortiz - Night Ferry (Kavo Remix).mp3";
    String copy = "X:\\Music\\Downloads\\Lena Ortiz - Night Ferry (Kavo Remix) (1).mp3";

    section("One file");
    Answer first = post("/api/v3.2/file/analyze", Map.of("file_path", file), null);
    String hash = first.text("/file_hash");
    text(
        "The second client's name for the same. Of identical files only the best copy is a"
            + " `success`; the others are `duplicate_skip`.");
    post("/api/track/analyze", Map.of("file_path", copy), null);
    text("A file that can't be answered for is an error in the body, with status 200:");
    post("/api/v3.2/file/analyze", Map.of("file_path", "/etc/passwd"), null);
    text("… or with a status of its own, when the request asks for it:");
    post("/api/v3.2/file/analyze", Map.of("file_path", "/srv/music/gone.mp3"), "status-codes");
    text("A request that is wrong always has its status:");
    post("/api/v3.2/file/analyze", Map.of(), null);

    section("Looking up");
    get("/api/v3.2/file/path", "/api/v3.2/file/path?path=", file);
    get("/api/v3.2/file/hash/{hash}", "/api/v3.2/file/hash/" + hash, null);
    get("/api/v3.2/file/hash/{hash}", "/api/v3.2/file/hash/" + "0".repeat(64), null);

    section("Several files");
    post(
        "/api/v3.2/batch",
        Map.of("file_paths", List.of("/srv/music/House/Low Tide.flac", "/srv/music/House")),
        null);
    post("/api/track/batch", Map.of("file_paths", List.of()), null);
    post(
        "/api/track/batch", Map.of("file_paths", List.of("X:\\Music\\House\\Low Tide.flac")), null);

    section("A person's word");
    post(
        "/api/v3.2/file/validate",
        new TreeMap<>(
            Map.of(
                "file_path",
                "/srv/music/House/Low Tide.flac",
                "classification",
                new TreeMap<>(Map.of("genre", "Techno", "bpm", 127.25)))),
        null);

    section("Copies");
    get("/api/v3.2/duplicates", "/api/v3.2/duplicates?limit=50", null);
    Client.analyse("/srv/music/House/retagged.mp3");
    text("The same audio under other tags:");
    get("/api/v3.2/related", "/api/v3.2/related?limit=50", null);

    section("The service");
    awaitHealth();
    get("/api/v3.2/health", "/api/v3.2/health", null);
    get("/api/health", "/api/health", null);
    get("/api/v3.2/stats", "/api/v3.2/stats", null);
    get("/api/stats", "/api/stats", null);
    text("What is no route:");
    get("", "/api/v3.2/nothing", null);
  }

  /** The way to the buckets is made when it is first asked for, which takes its time. */
  private static void awaitHealth() {
    Instant until = Instant.now().plusSeconds(60);
    while (Client.get("/api/v3.2/health").status() != 200 && Instant.now().isBefore(until)) {
      LockSupport.parkNanos(100_000_000);
    }
  }

  private void section(String title) {
    page.append("\n## ").append(title).append('\n');
  }

  private void text(String sentence) {
    page.append('\n').append(sentence).append('\n');
  }

  private Answer post(String route, Map<String, ?> body, @Nullable String prefer) {
    RequestSpecification request = Client.json(body);
    StringBuilder curl =
        new StringBuilder("curl -s $S" + route + " -H 'Content-Type: application/json'");
    if (prefer != null) {
      request = request.header("Prefer", prefer);
      curl.append(" -H 'Prefer: ").append(prefer).append('\'');
    }
    try {
      curl.append(" \\\n  -d '")
          .append(new ObjectMapper().writeValueAsString(body).replace("'", "'\\''"))
          .append('\'');
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
    return show("post " + route, curl.toString(), Client.answer(request.post(route)));
  }

  /** Of a GET, whose last parameter may be a text for curl to encode. */
  private Answer get(String route, String address, @Nullable String value) {
    if (value == null) {
      String quoted = address.indexOf('?') < 0 ? "$S" + address : "\"$S" + address + "\"";
      return show("get " + route, "curl -s " + quoted, Client.get(address));
    }
    int query = address.indexOf('?');
    String name = address.substring(query + 1, address.length() - 1);
    return show(
        "get " + route,
        "curl -s -G $S"
            + address.substring(0, query)
            + " --data-urlencode '"
            + name
            + "="
            + value
            + "'",
        Client.answer(given().queryParam(name, value).get(address.substring(0, query))));
  }

  private Answer show(String operation, String curl, Answer answer) {
    shown.add(operation);
    try {
      page.append("\n```sh\n")
          .append(curl)
          .append("\n```\n\n`")
          .append(answer.status())
          .append("`\n\n```json\n")
          .append(JSON.writeValueAsString(settled(answer.body().deepCopy())))
          .append("\n```\n");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
    return answer;
  }

  private static JsonNode settled(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : Set.copyOf(object.properties())) {
        JsonNode fixed = FIXED.get(field.getKey());
        if (fixed != null && !field.getValue().isContainerNode()) {
          object.set(field.getKey(), fixed);
        } else {
          settled(field.getValue());
        }
      }
    } else if (node instanceof ArrayNode array) {
      array.forEach(ApiPageTest::settled);
    }
    return node;
  }
}
