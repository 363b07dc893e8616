package culturalintelligence.analysis.http;

import static culturalintelligence.analysis.http.Client.analyse;
import static culturalintelligence.analysis.http.Client.batch;
import static culturalintelligence.analysis.http.Client.get;
import static culturalintelligence.analysis.http.MusicLibrary.put;
import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.testkit.audio.AudioFixture;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The process starts without its database, says so, and answers all the same. */
@QuarkusTest
@TestProfile(DatabaseAwayTest.NoDatabase.class)
@QuarkusTestResource(value = MusicLibrary.class, restrictToAnnotatedClass = true)
class DatabaseAwayTest {

  /** Port 1 of this machine, where nobody listens. */
  public static final class NoDatabase implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "CULTURAL_INTELLIGENCE_URL", "jdbc:postgresql://localhost:1/none",
          "CULTURAL_INTELLIGENCE_USER", "nobody",
          "CULTURAL_INTELLIGENCE_PASSWORD", "s3cret-that-must-not-show");
    }
  }

  @Test
  void healthIs503AndSaysWhy() {
    var health = get("/api/v3.2/health");

    assertThat(health.status()).isEqualTo(503);
    assertThat(health.text("/status")).isEqualTo("unhealthy");
    assertThat(health.text("/database")).startsWith("error: ");
    assertThat(health.at("/database_connected").booleanValue()).isFalse();
    assertThat(health.at("/figures_known").booleanValue()).isFalse();
    assertThat(health.body().toString()).doesNotContain("s3cret");
  }

  @Test
  void whatNeedsTheDatabaseIsAnswered503() {
    String path = put("away/a.wav", AudioFixture.wav().title("Away"));

    for (var answer :
        List.of(
            analyse(path),
            batch(List.of(path)),
            get("/api/v3.2/stats"),
            get("/api/v3.2/duplicates"))) {
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.text("/status")).isEqualTo("error");
      assertThat(answer.text("/code")).isEqualTo("DATABASE_UNAVAILABLE");
    }
  }

  @Test
  void whatDoesNotIsAnsweredAsEver() {
    assertThat(analyse("/srv/music/../x").text("/code")).isEqualTo("PATH_TRAVERSAL");
    assertThat(get("/nothing").status()).isEqualTo(404);
  }
}
