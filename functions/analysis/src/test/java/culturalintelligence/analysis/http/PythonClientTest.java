package culturalintelligence.analysis.http;

import static culturalintelligence.analysis.http.MusicLibrary.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import culturalintelligence.testkit.audio.AudioFixture;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The Python client's own tests, those against a running service included. */
@QuarkusTest
@QuarkusTestResource(TargetDatabaseResource.class)
@QuarkusTestResource(MusicLibrary.class)
class PythonClientTest {
  private static final Path CLIENT = Path.of("../../local-dev/clients/python");
  private static final int MOST_SECONDS = 120;

  @Test
  void thePythonClientSpeaksWithThisService() throws IOException, InterruptedException {
    assumeTrue(hasPython(), "python3 is not on the PATH: its client is not tested here");
    ProcessBuilder tests =
        new ProcessBuilder("python3", "-B", "-m", "unittest", "-v")
            .directory(CLIENT.toFile())
            .redirectErrorStream(true);
    tests
        .environment()
        .put("CULTURAL_INTELLIGENCE_API", RestAssured.baseURI + ":" + RestAssured.port);
    tests
        .environment()
        .put(
            "CULTURAL_INTELLIGENCE_FILES",
            put("python/a.wav", AudioFixture.wav().title("Asked from Python"))
                + "\n"
                + put("python/ä #1&2 ❷.wav", AudioFixture.wav().title("By Another Name")));
    Process running = tests.start();
    running.getOutputStream().close();
    String said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(running.waitFor(MOST_SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
    assertThat(running.exitValue()).as(said).isZero();
    assertThat(said).as("none was left out").contains("OK").doesNotContain("skipped");
  }

  private static boolean hasPython() throws InterruptedException {
    try {
      return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
