package culturalintelligence.analysis.http;

import static culturalintelligence.analysis.http.MusicLibrary.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import culturalintelligence.testkit.audio.AudioFixture;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests as no decent client sends them, byte by byte. What is held against the contract here:
 *
 * <table>
 * <caption>Checked</caption>
 * <tr><td>addresses</td><td>escapes that are none, bytes that are no UTF-8, raw backslashes,
 *   semicolons and umlauts, the longest path of all, doubled and trailing slashes</td></tr>
 * <tr><td>headers</td><td>no media type, an unknown charset, an Accept of anything; those that are no
 *   HTTP are {@link EmptyRefusalsTest}'s</td></tr>
 * <tr><td>bodies</td><td>BOM, UTF-16, Latin-1, half a surrogate, a NUL, twice the same name, deep,
 *   long numbers, chunks, none at all, a length that is no number</td></tr>
 * <tr><td>methods</td><td>HEAD, OPTIONS, TRACE, one nobody knows, lower case</td></tr>
 * </table>
 *
 * Every answer is whole, is JSON, and is no 500.
 */
@QuarkusTest
@QuarkusTestResource(TargetDatabaseResource.class)
@QuarkusTestResource(MusicLibrary.class)
class CrookedRequestTest {
  private static final String ANALYSE = "POST /api/v3.2/file/analyze HTTP/1.1\r\n";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TestHTTPResource URI service;

  /** One answer, as the socket gave it. */
  private record Raw(int status, String head, String latin) {
    JsonNode json() {
      try {
        return JSON.readTree(bytes());
      } catch (IOException e) {
        throw new AssertionError("no JSON: " + head, e);
      }
    }

    byte[] bytes() {
      return latin.getBytes(StandardCharsets.ISO_8859_1);
    }

    String code() {
      return json().path("code").asText();
    }
  }

  private Raw send(String request) throws IOException {
    return send(request.getBytes(StandardCharsets.ISO_8859_1));
  }

  private Raw send(byte[] request) throws IOException {
    try (Socket socket = new Socket(service.getHost(), service.getPort())) {
      socket.setSoTimeout(20_000);
      try {
        socket.getOutputStream().write(request);
        socket.getOutputStream().flush();
      } catch (IOException e) {
        // It may have answered and closed before all was sent.
      }
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      try (InputStream in = socket.getInputStream()) {
        in.transferTo(all);
      } catch (SocketException e) {
        // Reset behind the answer.
      }
      byte[] bytes = all.toByteArray();
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      assertThat(end)
          .as(
              "an answer to %s",
              new String(request, 0, Math.min(80, request.length), StandardCharsets.ISO_8859_1))
          .isPositive();
      return new Raw(
          Integer.parseInt(text.substring(9, 12)),
          text.substring(0, end).toLowerCase(Locale.ROOT),
          text.substring(end + 4));
    }
  }

  private Raw get(String address) throws IOException {
    return send("GET " + address + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  }

  private Raw post(String headers, byte[] body) throws IOException {
    byte[] head =
        (ANALYSE
                + "Host: localhost\r\nConnection: close\r\n"
                + headers
                + "Content-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = java.util.Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return send(all);
  }

  private Raw postJson(byte[] body) throws IOException {
    return post("Content-Type: application/json\r\n", body);
  }

  private Raw postJson(String body) throws IOException {
    return postJson(body.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertRefused(Raw raw, int status, String code) {
    assertThat(raw.status).as("%s", raw.head).isEqualTo(status);
    assertThat(raw.head).contains("content-type: application/json");
    assertThat(raw.code()).isEqualTo(code);
    assertThat(raw.json().path("status").asText()).isEqualTo("error");
    assertThat(raw.json().path("error").asText()).isNotBlank();
    assertThat(raw.json().at("/track/artist").asText()).isEqualTo("Unknown Artist");
    assertThat(raw.json().at("/api_info/api_version").asText()).isEqualTo("v3.2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v3.2/health?x=%zz",
        "/%zz",
        "/api/v3.2/file/hash/%",
        "/api/v3.2/file/path?path=%E2%82",
        "/api/v3.2/file/path?path=/srv/music/%ff.mp3",
        "/api/v3.2/file/path?path=/srv/100%.mp3",
        "/api/v3.2/file/path?path=%",
        "/api/v3.2/file/path?path=%4"
      })
  void anAddressThatIsNoneIsToldSo(String address) throws IOException {
    assertRefused(get(address), 400, "BAD_REQUEST");
  }

  @Test
  void whatCanBeReadInOneWayIsRead() throws IOException {
    put("raw/semi;colon.wav", AudioFixture.wav().title("One"));
    put("raw/Ärger.wav", AudioFixture.wav().title("Two"));

    assertThat(
            get("/api/v3.2/file/path?path=/srv/music/raw/semi;colon.wav")
                .json()
                .path("status")
                .asText())
        .isEqualTo("success");
    assertThat(
            get("/api/v3.2/file/path?path=X:\\Music\\raw\\semi;colon.wav")
                .json()
                .path("status")
                .asText())
        .isEqualTo("success");
    assertThat(
            send("GET /api/v3.2/file/path?path=/srv/music/raw/Ärger.wav HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.UTF_8))
                .json()
                .path("status")
                .asText())
        .isEqualTo("success");
    assertThat(
            get("/api/v3.2/file/path?path=/srv/music/raw/%C3%84rger.wav&path=/etc/passwd")
                .json()
                .path("status")
                .asText())
        .isEqualTo("success");
  }

  @Test
  void theLongestPathOfAllCanBeAsked() throws IOException {
    Raw longest =
        get("/api/v3.2/file/path?path=/srv/music/" + "%E2%82%AC/".repeat(16_000) + "a.mp3");
    assertThat(longest.status).isEqualTo(200);
    assertThat(longest.code()).isEqualTo("FILE_NOT_FOUND");

    Raw longer = get("/api/v3.2/file/path?path=/srv/music/" + "x/".repeat(20_000));
    assertThat(longer.code()).isEqualTo("PATH_TOO_LONG");
  }

  @ParameterizedTest
  @CsvSource({
    "/api//v3.2//health",
    "//api/v3.2/health",
    "/api/v3.2/health/",
    "/api/v3.2/./health",
    "/api/v3.2/x/../health",
    "/api/v3.2/health;jsessionid=1",
    "/api/v3.2/%68ealth",
    "/api/v3.2/file/hash/",
    "/api/v3.2/file/hash//",
    "/api/v3.2/file/hash/a/b",
    "/API/V3.2/HEALTH"
  })
  void oddSpellingsOfARouteAreAnsweredInJson(String address) throws IOException {
    Raw raw = get(address);
    assertThat(raw.status).isIn(200, 400, 404);
    assertThat(raw.head).contains("content-type: application/json");
    assertThat(raw.json().path("status").asText()).isIn("healthy", "error");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: application/json; charset=utf-8\r\n",
        "Content-Type: application/json;charset=UTF-8\r\n",
        "Content-Type: Application/JSON\r\n",
        "Content-Type: application/json; charset=nonsense\r\n",
        "Content-Type: application/json\r\nAccept: text/html, image/png;q=0.5\r\n",
        "Content-Type: application/json\r\nAccept: */*;q=0\r\n"
      })
  void everyJsonIsTaken(String headers) throws IOException {
    assertRefused(post(headers, "{}".getBytes(StandardCharsets.UTF_8)), 400, "FILE_PATH_REQUIRED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: text/plain\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: multipart/form-data; boundary=x\r\n",
        "Content-Type: application/xml\r\n",
        "Content-Type: ;;;\r\n",
        "Content-Type: json\r\n",
        "Content-Type: application/json\r\nAccept: ///\r\n"
      })
  void whatIsNoMediaTypeOrAnotherIsRefused(String headers) throws IOException {
    Raw raw =
        post(headers, "{\"file_path\":\"/srv/music/a.mp3\"}".getBytes(StandardCharsets.UTF_8));
    assertThat(raw.status).as("%s %s", headers, raw.head).isIn(200, 400, 415);
    assertThat(raw.json().path("status").asText()).isEqualTo("error");
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheBody() throws IOException {
    assertThat(postJson("\uFEFF{\"file_path\":\"/etc/passwd\"}").code())
        .isEqualTo("OUTSIDE_LIBRARY");
    assertThat(
            postJson("{\"file_path\":\"/etc/passwd\"}".getBytes(StandardCharsets.UTF_16LE)).code())
        .isEqualTo("OUTSIDE_LIBRARY");
  }

  @Test
  void textThatIsNoUtf8IsNoJson() throws IOException {
    assertRefused(
        postJson("{\"file_path\":\"/srv/music/\u00c4.mp3\"}".getBytes(StandardCharsets.ISO_8859_1)),
        400,
        "MALFORMED_JSON");
    assertThat(postJson("{\"file_path\":\"/srv/music/\\ud800.mp3\"}").code())
        .isEqualTo("MALFORMED_PATH");
    assertThat(postJson("{\"file_path\":\"/srv/music/a\\u0000.mp3\"}").code())
        .isEqualTo("MALFORMED_PATH");
    assertRefused(postJson("{\"file_path\":\"a\u0000b\"}"), 400, "MALFORMED_JSON");
  }

  /** Bytes that spell a slash or dots in more bytes than they need are no way out either. */
  @Test
  void overlongBytesLeadNowhere() throws IOException {
    byte[] body =
        "{\"file_path\":\"/srv/music/..??..??etc/passwd\"}".getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < body.length; i++) {
      if (body[i] == '?') {
        body[i] = (byte) (body[i + 1] == '?' ? 0xc0 : 0xaf);
      }
    }
    Raw raw = postJson(body);
    assertThat(raw.code()).isIn("MALFORMED_JSON", "PATH_TRAVERSAL", "FILE_NOT_FOUND");
    assertThat(raw.json().path("file_hash").isNull()).isTrue();
  }

  @Test
  void theLastOfTwoEqualNamesCounts() throws IOException {
    assertThat(postJson("{\"file_path\":1,\"file_path\":\"/etc/passwd\"}").code())
        .isEqualTo("OUTSIDE_LIBRARY");
    assertThat(postJson("{\"file_path\":\"/etc/passwd\",\"file_path\":null}").code())
        .isEqualTo("FILE_PATH_REQUIRED");
  }

  @Test
  void depthAndNumbersHaveTheirLimits() throws IOException {
    assertRefused(
        postJson("{\"a\":" + "[".repeat(60) + "]".repeat(60) + "}"), 400, "MALFORMED_JSON");
    assertRefused(postJson("{\"a\":" + "9".repeat(5_000) + "}"), 400, "MALFORMED_JSON");
    assertRefused(postJson("{\"a\":1e999999999}"), 400, "FILE_PATH_REQUIRED");
    assertRefused(postJson("{\"a\":NaN}"), 400, "MALFORMED_JSON");
    assertRefused(postJson("{'file_path':'/x'}"), 400, "MALFORMED_JSON");
    assertRefused(postJson("{\"file_path\":\"/x\"} trailing"), 400, "MALFORMED_JSON");
  }

  @Test
  void aBodyInChunksIsABody() throws IOException {
    String json = "{\"file_path\":\"/etc/passwd\"}";
    assertThat(
            send(ANALYSE
                    + "Host: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                    + Integer.toHexString(json.length())
                    + "\r\n"
                    + json
                    + "\r\n0\r\n\r\n")
                .code())
        .isEqualTo("OUTSIDE_LIBRARY");
  }

  @Test
  void aClientThatAsksBeforeItSendsIsTold() throws IOException {
    String json = "{\"file_path\":\"/etc/passwd\"}";
    Raw raw =
        send(
            ANALYSE
                + "Host: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: "
                + json.length()
                + "\r\n\r\n"
                + json);
    assertThat(raw.status).isIn(100, 200);
  }

  @Test
  void headHasTheHeadOfAGetAndNoBody() throws IOException {
    Raw head =
        send("HEAD /api/v3.2/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertThat(head.status).isEqualTo(200);
    assertThat(head.head).contains("content-type: application/json");
    assertThat(head.latin).isEmpty();
    Raw refused =
        send("HEAD /api/v3.2/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertThat(refused.status).isEqualTo(400);
    assertThat(refused.latin).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"OPTIONS,200", "TRACE,405", "CONNECT,405", "PATCH,405", "BREW,405", "get,405"})
  void anyOtherMethodIsAnswered(String method, int status) throws IOException {
    Raw raw =
        send(method + " /api/v3.2/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertThat(raw.status).isIn(status, 400, 404);
    assertThat(raw.head).contains("content-type: application/json");
    assertThat(raw.json().isObject()).isTrue();
  }

  @Test
  void aRequestInTheOldVersionIsServed() throws IOException {
    Raw raw = send("GET /api/v3.2/health HTTP/1.0\r\nHost: localhost\r\n\r\n");
    assertThat(raw.status).isEqualTo(200);
    assertThat(raw.json().path("status").asText()).isEqualTo("healthy");
  }

  /** A refusal leaves the connection as it was: what comes next on it is answered. */
  @Test
  void requestsOnOneConnectionAreAnsweredInTheirOrder() throws IOException {
    String three =
        String.join(
            "",
            "GET /api/v3.2/%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /api/v3.2/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    Raw raw = send(three);
    String all = raw.latin;
    assertThat(raw.status).isEqualTo(400);
    assertThat(all.indexOf("HTTP/1.1 404")).isPositive();
    assertThat(all.indexOf("HTTP/1.1 200")).isGreaterThan(all.indexOf("HTTP/1.1 404"));
  }

  /** A client that announces more than it may send, and waits: it is told, and not kept waiting. */
  @Test
  void aBodyThatIsTooLargeEndsTheConnectionThoughItNeverComes() throws IOException {
    Raw raw =
        send(
            ANALYSE
                + "Host: localhost\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{");
    assertThat(raw.status).isEqualTo(413);
    assertThat(raw.code()).isEqualTo("BODY_TOO_LARGE");
    assertThat(raw.head).contains("connection: close");
  }

  @Test
  void aRefusedBodyIsNoObstacleToTheNextRequest() throws IOException {
    String body = "{\"file_path\":\"" + "x".repeat(3_000) + "\"}";
    String refused =
        " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    for (String address : List.of("/api/v3.2/%zz", "/nothing", "/api/v3.2/health")) {
      Raw raw =
          send(
              "POST "
                  + address
                  + refused
                  + "GET /api/v3.2/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      assertThat(raw.status).isIn(400, 404, 405);
      assertThat(raw.latin).contains("HTTP/1.1 200");
    }
  }
}
