package culturalintelligence.analysis.http;

import static culturalintelligence.analysis.http.Client.answer;
import static culturalintelligence.analysis.http.Client.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.library.TrackStore;
import culturalintelligence.domain.music.Profiles;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Keys configured; and a pool of one connection, which everything must get along with. */
@QuarkusTest
@TestProfile(ApiKeyTest.KeysAndOneConnection.class)
@QuarkusTestResource(value = TargetDatabaseResource.class, restrictToAnnotatedClass = true)
class ApiKeyTest {
  @Inject TrackStore store;

  public static final class KeysAndOneConnection implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "API_KEYS", "first-key,second-key",
          "CULTURAL_INTELLIGENCE_POOL", "1",
          "cultural-intelligence.access.cors-origins", "https://crate.example");
    }
  }

  @Test
  void whoeverShowsAKeyIsServed() {
    assertThat(answer(given().header("X-API-Key", "second-key").get("/api/v3.2/stats")).status())
        .isEqualTo(200);
    assertThat(
            answer(
                    given()
                        .header("X-API-Key", "first-key")
                        .header("X-Forwarded-For", "192.0.2.1")
                        .get("/api/v3.2/stats"))
                .status())
        .isEqualTo(200);
  }

  @Test
  void whoeverShowsNoneIsNot() {
    assertThat(get("/api/v3.2/stats").status()).isEqualTo(403);
    assertThat(get("/api/v3.2/stats").text("/code")).isEqualTo("FORBIDDEN");
    assertThat(answer(given().header("X-API-Key", "third").get("/api/v3.2/stats")).status())
        .isEqualTo(403);
    assertThat(get("/api/v3.2/health").status()).isEqualTo(200);
  }

  @Test
  void onlyTheOriginsNamedMayCallFromAPage() {
    assertThat(allowed("https://crate.example")).isEqualTo("https://crate.example");
    assertThat(allowed("https://other.example")).isNull();
  }

  private static String allowed(String origin) {
    return given()
        .header("Origin", origin)
        .get("/api/v3.2/health")
        .header("Access-Control-Allow-Origin");
  }

  @Test
  void aThousandCallsInARowUseOneConnectionFromAnyThread() throws Exception {
    Profiles.Names names = new Profiles.Names(Set.of("somebody"), Set.of());
    for (int i = 0; i < 1000; i++) {
      // One call through the client, one through Hibernate Reactive.
      if (i % 2 == 0) {
        assertThat(store.figures().tracks()).isZero();
      } else {
        assertThat(store.profiles(names)).isEqualTo(Profiles.NONE);
      }
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          IntStream.range(0, 200).mapToObj(_ -> threads.submit(() -> store.figures())).toList();
      for (Future<?> one : all) {
        assertThat(one.get()).isNotNull();
      }
    }
  }
}
