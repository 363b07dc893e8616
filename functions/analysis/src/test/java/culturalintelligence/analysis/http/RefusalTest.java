package culturalintelligence.analysis.http;

import static culturalintelligence.analysis.http.Client.analyse;
import static culturalintelligence.analysis.http.Client.analyseAskingForStatusCodes;
import static culturalintelligence.analysis.http.Client.answer;
import static culturalintelligence.analysis.http.Client.batch;
import static culturalintelligence.analysis.http.Client.get;
import static culturalintelligence.analysis.http.Client.lookUpHash;
import static culturalintelligence.analysis.http.Client.post;
import static culturalintelligence.analysis.http.Client.send;
import static culturalintelligence.analysis.http.MusicLibrary.put;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.analysis.http.Client.Answer;
import culturalintelligence.testkit.audio.AudioFixture;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TargetDatabaseResource.class)
@QuarkusTestResource(MusicLibrary.class)
class RefusalTest {
  @TestHTTPResource URI service;

  private static void assertError(Answer answer, int status, String code) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.text("/status")).isEqualTo("error");
    assertThat(answer.text("/code")).isEqualTo(code);
    assertThat(answer.text("/error")).isNotBlank();
    assertThat(answer.at("/file_hash").isNull()).isTrue();
    assertThat(answer.text("/track/artist")).isEqualTo("Unknown Artist");
    assertThat(answer.text("/track/remix_info")).isEqualTo("Original Mix");
    assertThat(answer.text("/track/genre")).isEqualTo("Electronic");
    assertThat(answer.at("/track/confidence").doubleValue()).isZero();
    assertThat(answer.text("/metadata/source")).isEqualTo("error_fallback");
    assertThat(answer.text("/api_info/api_version")).isEqualTo("v3.2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "",
        "[]",
        "42",
        "null",
        "\"x\"",
        "{\"file_path\": null}",
        "{\"file_path\": true}",
        "{\"file_path\": 42}",
        "{\"file_path\": []}",
        "{\"file_path\": {}}",
        "{\"file_path\": \"\"}",
        "{\"file_path\": \"  \"}"
      })
  void aPathIsAText(String body) {
    Answer answer = send("/api/v3.2/file/analyze", "application/json", body);

    assertError(answer, 400, "FILE_PATH_REQUIRED");
    assertThat(answer.text("/error")).isEqualTo("file_path required in JSON body");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{\"file_path\": }", "not json", "{} {}", "{\"a\":\u0001}"})
  void whatIsNoJsonIsToldSo(String body) {
    assertError(send("/api/v3.2/file/analyze", "application/json", body), 400, "MALFORMED_JSON");
  }

  /** Sent raw: the test's own client chokes on printing it. */
  @Test
  void jsonAsDeepAsAStackIsNoJsonHere() throws IOException {
    String response =
        raw(
            """
            POST /api/v3.2/file/analyze HTTP/1.1\r
            Host: localhost\r
            Content-Type: application/json\r
            Content-Length: 40000\r
            Connection: close\r
            \r
            """
                + "[".repeat(40_000));

    assertThat(response).startsWith("HTTP/1.1 400").contains("MALFORMED_JSON");
  }

  @Test
  void anotherContentTypeIsRefused() {
    assertError(send("/api/v3.2/file/analyze", "text/plain", "{}"), 415, "UNSUPPORTED_MEDIA_TYPE");
  }

  @Test
  void aClientThatAcceptsOnlyHtmlGetsJsonAllTheSame() {
    assertThat(answer(given().accept("text/html").get("/api/v3.2/stats")).status()).isEqualTo(200);
    assertError(answer(given().accept("text/html").get("/api/nothing")), 404, "ROUTE_NOT_FOUND");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/nothing",
        "/api",
        "/api/",
        "/api/v3.2/file",
        "/api/v3.2/nothing",
        "/q/nothing"
      })
  void anUnknownRouteIsNotFound(String route) {
    assertError(get(route), 404, "ROUTE_NOT_FOUND");
  }

  @Test
  void anotherMethodIsNotAllowed() {
    assertError(get("/api/v3.2/file/analyze"), 405, "METHOD_NOT_ALLOWED");
    assertError(post("/api/v3.2/health", Map.of()), 405, "METHOD_NOT_ALLOWED");
    assertError(answer(given().delete("/api/v3.2/stats")), 405, "METHOD_NOT_ALLOWED");
    assertError(answer(given().put("/api/v3.2/batch")), 405, "METHOD_NOT_ALLOWED");
  }

  @Test
  void aBodyOverTheLimitIsRefused() {
    assertError(
        post("/api/v3.2/batch", Map.of("file_paths", List.of("x".repeat(200_000)))),
        413,
        "BODY_TOO_LARGE");
  }

  @Test
  void aBodyOverTheLimitThatDoesNotSayItsLengthIsRefusedToo() throws IOException {
    StringBuilder request =
        new StringBuilder(
            """
            POST /api/v3.2/file/analyze HTTP/1.1\r
            Host: localhost\r
            Content-Type: application/json\r
            Transfer-Encoding: chunked\r
            Connection: close\r
            \r
            """);
    for (int i = 0; i < 30; i++) {
      request.append("2000\r\n").append(" ".repeat(0x2000)).append("\r\n");
    }
    request.append("0\r\n\r\n");

    String response = raw(request.toString());

    assertThat(response).startsWith("HTTP/1.1 413").containsIgnoringCase("application/json");
    assertThat(response).contains("BODY_TOO_LARGE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BREW /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "POST /api/v3.2/batch HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
      })
  void aCrookedRequestGetsJson(String request) throws IOException {
    String response = raw(request);

    assertThat(response).matches("(?s)HTTP/1.1 4\\d\\d.*");
    assertThat(response).containsIgnoringCase("content-type: application/json");
    assertThat(response).contains("\"status\":\"error\"");
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(service.getHost(), service.getPort())) {
      socket.setSoTimeout(10_000);
      try {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
      } catch (IOException e) {
        // The server may close before all of it was sent; it has answered then.
      }
      StringBuilder response = new StringBuilder();
      try (InputStream in = socket.getInputStream()) {
        byte[] block = new byte[8192];
        int n;
        while ((n = in.read(block)) > 0) {
          response.append(new String(block, 0, n, StandardCharsets.UTF_8));
        }
      } catch (java.net.SocketException e) {
        // Reset after the answer.
      }
      return response.toString();
    }
  }

  @Test
  void aQueryWithoutAPathIsToldSo() {
    Answer answer = get("/api/v3.2/file/path");

    assertError(answer, 400, "PATH_REQUIRED");
    assertThat(answer.text("/error")).isEqualTo("path parameter required");
    assertError(get("/api/v3.2/file/path?path="), 400, "PATH_REQUIRED");
  }

  @Test
  void aHashIs64HexadecimalDigitsOfEitherCase() {
    assertError(lookUpHash("abc"), 400, "MALFORMED_HASH");
    assertError(lookUpHash("g".repeat(64)), 400, "MALFORMED_HASH");
    assertError(lookUpHash("A".repeat(64)), 200, "HASH_NOT_FOUND");
    assertError(
        answer(
            given().header("Prefer", "status-codes").get("/api/v3.2/file/hash/" + "a".repeat(64))),
        404,
        "HASH_NOT_FOUND");
  }

  @Test
  void aFileThatIsNotThereIsABusinessError() {
    Answer answer = analyse("/srv/music/not/there.mp3");

    assertError(answer, 200, "FILE_NOT_FOUND");
    assertThat(answer.text("/error")).isEqualTo("File not found or file_path not provided");
    assertThat(answer.text("/track/track_name")).isEqualTo("there");
    assertError(analyseAskingForStatusCodes("/srv/music/not/there.mp3"), 404, "FILE_NOT_FOUND");
    assertError(analyse("X:\\Music\\not\\there.mp3"), 200, "FILE_NOT_FOUND");
  }

  @ParameterizedTest
  @CsvSource({
    "/etc/passwd, OUTSIDE_LIBRARY",
    "/srv/musical/a.mp3, OUTSIDE_LIBRARY",
    "a.mp3, OUTSIDE_LIBRARY",
    "Y:\\Music\\a.mp3, OUTSIDE_LIBRARY",
    "/srv/music/../../etc/passwd, PATH_TRAVERSAL",
    "X:\\Music\\..\\..\\etc\\passwd, PATH_TRAVERSAL",
    "X:\\Music/../a.mp3, PATH_TRAVERSAL",
    "\\\\?\\X:\\Music\\a.mp3, DEVICE_PATH",
    "\\\\.\\PhysicalDrive0, DEVICE_PATH",
    "//?/X:/Music/a.mp3, DEVICE_PATH",
    "\\\\server\\share\\a.mp3, NETWORK_PATH",
    "X:\\Music\\a.mp3:stream, MALFORMED_PATH",
    "/dev/zero, OUTSIDE_LIBRARY"
  })
  void whatIsNotOfTheLibraryIsRefused(String path, String code) {
    assertError(analyse(path), 200, code);
  }

  @Test
  void namesNoFileCanHaveAreRefused() {
    assertError(analyse("/srv/music/a\0b.mp3"), 200, "MALFORMED_PATH");
    assertError(analyse("/srv/music/" + "n".repeat(300) + ".mp3"), 200, "PATH_TOO_LONG");
    assertError(analyse("/srv/music/" + "ä".repeat(200) + ".mp3"), 200, "PATH_TOO_LONG");
    assertError(analyse("/srv/music/" + "d/".repeat(20_000) + "a.mp3"), 200, "PATH_TOO_LONG");
    assertError(
        send(
            "/api/v3.2/file/analyze",
            "application/json",
            "{\"file_path\":\"/srv/music/\\ud800.mp3\"}"),
        200,
        "MALFORMED_PATH");
  }

  @Test
  void foldersAndPipesAreNoFiles() throws IOException, InterruptedException {
    Files.createDirectories(MusicLibrary.at("folder.mp3"));
    int made =
        new ProcessBuilder("mkfifo", MusicLibrary.at("pipe.mp3").toString()).start().waitFor();

    assertError(analyse("/srv/music/folder.mp3"), 200, "IS_A_DIRECTORY");
    assertError(analyse("/srv/music"), 200, "IS_A_DIRECTORY");
    if (made == 0) {
      assertError(analyse("/srv/music/pipe.mp3"), 200, "NOT_A_REGULAR_FILE");
    }
  }

  @Test
  void aLinkMayNotLeadOutButMayLeadAbout() throws IOException {
    byte[] audio = AudioFixture.wav().title("Linked").bytes();
    put("links/real.wav", audio);
    Files.write(MusicLibrary.outside().resolve("secret.wav"), audio);
    Files.createSymbolicLink(
        MusicLibrary.at("links/out.wav"), MusicLibrary.outside().resolve("secret.wav"));
    Files.createSymbolicLink(MusicLibrary.at("links/outfolder"), MusicLibrary.outside());
    Files.createSymbolicLink(MusicLibrary.at("links/in.wav"), MusicLibrary.at("links/real.wav"));

    assertError(analyse("/srv/music/links/out.wav"), 200, "LINK_OUTSIDE_LIBRARY");
    assertError(analyse("/srv/music/links/outfolder/secret.wav"), 200, "LINK_OUTSIDE_LIBRARY");
    assertThat(analyse("/srv/music/links/in.wav").text("/status")).isEqualTo("success");
  }

  @Test
  void aBatchIsAListOfPathsNoLongerThanTheCap() {
    for (String body :
        List.of(
            "{}", "{\"file_paths\":[]}", "{\"file_paths\":\"x\"}", "{\"file_paths\":{}}", "[]")) {
      Answer answer = send("/api/v3.2/batch", "application/json", body);
      assertError(answer, 400, "FILE_PATHS_REQUIRED");
      assertThat(answer.text("/error")).isEqualTo("file_paths array required in JSON body");
    }
    Answer tooMany = batch(Collections.nCopies(51, "/srv/music/a.mp3"));
    assertError(tooMany, 413, "BATCH_TOO_LARGE");
    assertThat(tooMany.at("/max_batch_size").intValue()).isEqualTo(50);
  }

  @Test
  void aBatchAnswersEveryItemInItsPlace() {
    String good = put("batch/good.wav", AudioFixture.wav().title("Good").artist("A"));
    List<Object> items = new ArrayList<>(Arrays.asList(good, "/etc/passwd", 42, null, good));

    Answer answer = batch(items);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.at("/results")).hasSize(5);
    assertThat(answer.text("/results/0/status")).isEqualTo("success");
    assertThat(answer.text("/results/1/code")).isEqualTo("OUTSIDE_LIBRARY");
    assertThat(answer.text("/results/2/code")).isEqualTo("FILE_PATH_REQUIRED");
    assertThat(answer.text("/results/3/code")).isEqualTo("FILE_PATH_REQUIRED");
    assertThat(answer.text("/results/4/file_hash")).isEqualTo(answer.text("/results/0/file_hash"));
    assertThat(answer.at("/successful").intValue()).isEqualTo(2);
    assertThat(answer.at("/failed").intValue()).isEqualTo(3);
    assertThat(batch(Collections.nCopies(50, good)).at("/results")).hasSize(50);
  }

  @Test
  void anyPageMayCallWhenAllOriginsAreAllowed() {
    assertThat(
            given()
                .header("Origin", "https://example.org")
                .get("/api/v3.2/stats")
                .header("Access-Control-Allow-Origin"))
        .isEqualTo("*");
    var preflight =
        given()
            .header("Origin", "https://example.org")
            .header("Access-Control-Request-Method", "POST")
            .options("/api/v3.2/file/analyze");
    assertThat(preflight.statusCode()).isEqualTo(200);
    assertThat(preflight.header("Access-Control-Allow-Headers")).contains("Content-Type");
  }

  @Test
  void callersWhoAreNotHereAreRefusedWithoutAKey() {
    assertError(
        answer(given().header("Host", "rebound.example.org").get("/api/v3.2/stats")),
        403,
        "FORBIDDEN");
    assertError(
        answer(given().header("X-Forwarded-For", "192.0.2.1").get("/api/v3.2/stats")),
        403,
        "FORBIDDEN");
  }

  @Test
  void unknownFieldsAreIgnored() {
    String path = put("fields/a.wav", AudioFixture.wav().title("F"));
    Map<String, Object> body = new HashMap<>();
    body.put("file_path", path);
    body.put("file_hash", List.of(1));
    body.put("more", Map.of("a", 1));

    assertThat(post("/api/v3.2/file/analyze", body).text("/status")).isEqualTo("success");
  }
}
