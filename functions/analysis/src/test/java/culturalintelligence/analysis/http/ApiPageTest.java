package culturalintelligence.analysis.http;

import static culturalintelligence.analysis.http.MusicLibrary.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import culturalintelligence.testkit.audio.AudioFixture;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The API page is true: every curl on it is sent, and answered as it says. With {@code
 * -Dapi-page.write} the answers are written into the page instead.
 *
 * <p>What differs from one run to the next (times, counters) or is tuned from one week to the next
 * (confidences, weights) is compared by its type alone.
 */
@QuarkusTest
@TestProfile(ApiPageTest.OfItsOwn.class)
@QuarkusTestResource(value = TargetDatabaseResource.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = MusicLibrary.class, restrictToAnnotatedClass = true)
class ApiPageTest {
  private static final Path PAGE = Path.of("API.md").toAbsolutePath();
  private static final Pattern EXAMPLE =
      Pattern.compile("```sh\\n(curl .*?)\\n```\\n+```json ?(\\d*)\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern WORD =
      Pattern.compile("'([^']*)'|\"([^\"]*)\"|([^\\s'\"\\\\]+)|\\\\\\n");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> PASSING =
      Set.of(
          "response_time_ms",
          "timestamp",
          "processed_at",
          "uptime_seconds",
          "total_requests",
          "requests_per_minute",
          "counted_since",
          "cache_hits",
          "new_analyses",
          "errors",
          "track_id",
          "confidence",
          "needs_review");

  @TestHTTPResource URI service;

  /** A database of its own, so that the figures are those of the page. */
  public static final class OfItsOwn implements QuarkusTestProfile {}

  /** As curl would send it, of the options the page uses. */
  private HttpRequest request(String curl) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(curl);
    while (word.find()) {
      for (int group = 1; group <= 3; group++) {
        if (word.group(group) != null) {
          words.add(word.group(group));
        }
      }
    }
    HttpRequest.Builder request = HttpRequest.newBuilder();
    String address = "";
    String query = "";
    String body = null;
    for (int i = 1; i < words.size(); i++) {
      switch (words.get(i)) {
        case "-s", "-G" -> {}
        case "-H" -> {
          String[] header = words.get(++i).split(": ", 2);
          request.header(header[0], header[1]);
        }
        case "-d" -> body = words.get(++i);
        case "--data-urlencode" -> {
          String[] pair = words.get(++i).split("=", 2);
          query = "?" + pair[0] + "=" + URLEncoder.encode(pair[1], StandardCharsets.UTF_8);
        }
        default -> address = words.get(i);
      }
    }
    assertThat(address).startsWith("http://localhost:5000/");
    request.uri(
        URI.create(
            address.replace("http://localhost:5000", "http://localhost:" + service.getPort())
                + query));
    return body == null
        ? request.build()
        : request.POST(HttpRequest.BodyPublishers.ofString(body)).build();
  }

  private static void library() throws IOException {
    AudioFixture track =
        AudioFixture.mp3()
            .title("First Light (Extended Mix)")
            .artist("Nørra Vale")
            .album("Daybreak")
            .genre("Progressive House")
            .label("Mau Field")
            .catalogueNumber("MAU001")
            .bpm("125.5")
            .key("F#m")
            .date("2024");
    put("House/Nørra Vale - First Light (Extended Mix).mp3", track);
    put("House/duplicates/First Light.mp3", track);
    put("House/Nørra Vale - First Light (Extended Mix) [new tags].mp3", track.comment("4 stars"));
    put("notes.mp3", "a shopping list\n".repeat(20).getBytes(StandardCharsets.UTF_8));
    try (var files = Files.walk(MusicLibrary.at(""))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
      }
    }
  }

  @Test
  void everyExampleIsAnsweredAsThePageSays() throws Exception {
    library();
    String page = Files.readString(PAGE);
    List<MatchResult> examples = EXAMPLE.matcher(page).results().toList();
    assertThat(examples).hasSizeGreaterThan(15);
    StringBuilder written = new StringBuilder();
    int end = 0;
    List<String> differing = new ArrayList<>();
    for (MatchResult example : examples) {
      HttpResponse<String> response;
      try (HttpClient client = HttpClient.newHttpClient()) {
        response =
            client.send(request(example.group(1)), HttpResponse.BodyHandlers.ofString());
      }
      JsonNode answer = JSON.readTree(response.body());
      String status = response.statusCode() == 200 ? "" : " " + response.statusCode();
      written
          .append(page, end, example.start())
          .append("```sh\n")
          .append(example.group(1))
          .append("\n```\n```json")
          .append(status)
          .append('\n')
          .append(pretty(answer))
          .append("\n```");
      end = example.end();
      String told = example.group(2).isEmpty() ? "200" : example.group(2);
      if (!told.equals(String.valueOf(response.statusCode()))
          || !lasting(read(example.group(3))).equals(lasting(answer))) {
        differing.add(example.group(1) + "\nis answered " + status + "\n" + pretty(answer));
      }
    }
    if (System.getProperty("api-page.write") != null) {
      Files.writeString(PAGE, written.append(page.substring(end)).toString());
      return;
    }
    assertThat(differing).as("not as on the page; -Dapi-page.write writes the answers").isEmpty();
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      return JSON.nullNode();
    }
  }

  private static String pretty(JsonNode node) throws JsonProcessingException {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    return JSON.writer(printer).writeValueAsString(node);
  }

  /** The same with a word for the type of every value that passes. */
  private static JsonNode lasting(JsonNode node) {
    JsonNode copy = node.deepCopy();
    mask(copy);
    return copy;
  }

  private static void mask(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (var field : List.copyOf(object.properties())) {
        JsonNode value = field.getValue();
        if (field.getKey().equals("field_confidence")) {
          object.put(field.getKey(), "by field");
        } else if (PASSING.contains(field.getKey()) && !value.isContainerNode()) {
          object.put(field.getKey(), value.isNumber() ? "number" : "other");
        } else {
          mask(value);
        }
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        // The weight of a piece of evidence.
        if (array.size() == 3 && i == 2 && array.get(i).isNumber()) {
          array.set(i, "number");
        } else {
          mask(array.get(i));
        }
      }
    }
  }
}
