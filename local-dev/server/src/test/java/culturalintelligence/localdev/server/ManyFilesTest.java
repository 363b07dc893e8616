package culturalintelligence.localdev.server;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.testkit.audio.AudioFixture;
import culturalintelligence.testkit.database.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A folder scanned as an operator has it scanned: over HTTP, through a queue, in one process. */
@QuarkusTest
@QuarkusTestResource(ManyFilesTest.LibraryAndQueue.class)
class ManyFilesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int FILES = 250;

  /** A folder of music, and a queue that speaks as SQS does. */
  public static final class LibraryAndQueue implements QuarkusTestResourceLifecycleManager {
    private static volatile @Nullable Path folder;
    private final TestDatabase target = TestDatabase.empty();
    private @Nullable SQSRestServer queue;

    @Override
    public Map<String, String> start() {
      SQSRestServer server =
          SQSRestServerBuilder.withInterface("127.0.0.1").withDynamicPort().start();
      queue = server;
      int port = server.waitUntilStarted().localAddress().getPort();
      try {
        Path made = Files.createTempDirectory("music");
        folder = made;
        Map<String, String> environment =
            new HashMap<>(target.environment("CULTURAL_INTELLIGENCE"));
        environment.put("LIBRARY_ROOTS", "X:\\Music=" + made);
        environment.put("QUEUE_URL", "http://127.0.0.1:%d/000000000000/copy".formatted(port));
        return environment;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    static Path folder() {
      Path made = folder;
      if (made == null) {
        throw new IllegalStateException("the library was not started");
      }
      return made;
    }

    @Override
    public void stop() {
      if (queue != null) {
        queue.stopAndWait();
      }
      target.close();
      try (Stream<Path> all = Files.walk(folder())) {
        all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @BeforeEach
  void theSchemaIsThere() {
    given().post("/operations/schema").then().statusCode(200);
  }

  private static void put(String name, byte[] bytes) throws IOException {
    Path file = LibraryAndQueue.folder().resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private static JsonPath ask(String body) {
    return given()
        .contentType("application/json")
        .body(body)
        .post("/operations/jobs")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private static JsonPath ended(int job) throws InterruptedException {
    Instant until = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(until)) {
      JsonPath now = given().get("/operations/jobs/" + job).then().extract().jsonPath();
      if (!now.getString("state").equals("WALKING") && !now.getString("state").equals("QUEUED")) {
        return now;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("job " + job + " does not end");
  }

  private static JsonPath scanned(String folder) throws InterruptedException {
    String path = folder.replace("\\", "\\\\");
    return ended(ask("{\"purpose\":\"scan\",\"path\":\"%s\"}".formatted(path)).getInt("job.id"));
  }

  @Test
  void aFolderIsScannedThenOnlyWhatChangedThenHeardAsAWitness() throws Exception {
    for (int i = 0; i < FILES; i++) {
      put(
          "Folder %d/Artist %d - Title %d.mp3".formatted(i % 7, i % 40, i),
          AudioFixture.mp3().artist("Artist " + i % 40).title("Title " + i).bytes());
    }
    put("cover.jpg", new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 0, 1, 2, 3});

    JsonPath first = scanned("X:\\Music");

    assertThat(first.getString("state")).isEqualTo("DONE");
    assertThat(first.getInt("found")).isEqualTo(FILES + 1);
    assertThat(first.getInt("folders")).isEqualTo(7);
    assertThat(first.getInt("settled")).isEqualTo(FILES + 1);
    assertThat(first.getInt("trouble")).isZero();
    assertThat(first.getInt("tallies.find { it.outcome == 'READ' }.files")).isEqualTo(FILES);

    put("Folder 1/new.mp3", AudioFixture.mp3().artist("New").title("New").bytes());
    JsonPath second = scanned(LibraryAndQueue.folder().toString());
    assertThat(second.getInt("known")).isEqualTo(FILES + 1);
    assertThat(second.getInt("queued")).isEqualTo(1);

    assertThat(
            given()
                .queryParam("path", "X:\\Music\\Folder 3\\Artist 3 - Title 3.mp3")
                .get("/api/v3.2/file/path")
                .jsonPath()
                .getString("source"))
        .isEqualTo("cached");

    JsonPath witness =
        ended(
            ask("{\"purpose\":\"witness\",\"paths\":[\"X:\\\\Music\\\\Folder 1\\\\new.mp3\"]}")
                .getInt("job.id"));
    assertThat(witness.getString("state")).isEqualTo("DONE");
    assertThat(
            given()
                .get("/operations/jobs/" + witness.getInt("id") + "/readings")
                .jsonPath()
                .getString("readings[0].said.artist"))
        .isEqualTo("New");
  }

  @Test
  void aFolderOutsideTheLibraryFailsWithTheReason() throws InterruptedException {
    JsonPath failed = scanned("/etc");

    assertThat(failed.getString("state")).isEqualTo("FAILED");
    assertThat(failed.getString("failure")).contains("under no library root", "X:\\Music");
  }
}
