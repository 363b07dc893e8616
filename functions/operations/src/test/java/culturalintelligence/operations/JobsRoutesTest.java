package culturalintelligence.operations;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import culturalintelligence.domain.jobs.FileQueue;
import culturalintelligence.testkit.database.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs over files as they are asked for, with nobody at the other end of the queue. */
@QuarkusTest
@QuarkusTestResource(value = JobsRoutesTest.Fresh.class, restrictToAnnotatedClass = true)
class JobsRoutesTest {
  /** A target that has only what the operator's own command puts there. */
  public static final class Fresh implements QuarkusTestResourceLifecycleManager {
    private static final TestDatabase TARGET = TestDatabase.empty();

    @Override
    public Map<String, String> start() {
      return TARGET.environment("CULTURAL_INTELLIGENCE");
    }

    @Override
    public void stop() {
      TARGET.close();
    }
  }

  private static final List<FileQueue.Work> SENT = new CopyOnWriteArrayList<>();

  /** Keeps what was sent. */
  @Alternative
  @Priority(1)
  @ApplicationScoped
  static class Kept implements FileQueue {
    @Override
    public void send(List<Work> work) {
      SENT.addAll(work);
    }
  }

  @BeforeEach
  void nothing() {
    given().post("/operations/schema").then().statusCode(200);
    Fresh.TARGET.execute("truncate analysis_job.job restart identity cascade");
    SENT.clear();
  }

  private static ValidatableResponse ask(String body) {
    return given()
        .contentType("application/json")
        .body(body)
        .post("/operations/jobs")
        .then()
        .contentType("application/json");
  }

  @Test
  void aScanIsAskedForOnceAndGoesOnWhenAskedForAgain() {
    ask("{\"purpose\":\"scan\",\"path\":\"X:\\\\Music\"}")
        .statusCode(200)
        .body("resumed", equalTo(false))
        .body("job.id", equalTo(1))
        .body("job.state", equalTo("WALKING"))
        .body("job.root", equalTo("X:\\Music"))
        .body("job.eta", nullValue());
    ask("{\"purpose\":\"SCAN\",\"path\":\"X:\\\\Music\",\"force\":true}")
        .statusCode(200)
        .body("resumed", equalTo(true))
        .body("job.forced", equalTo(true));
    assertThat(SENT).containsExactly(FileQueue.Work.walk(1), FileQueue.Work.walk(1));
    given().get("/operations/jobs").then().body("jobs.id", contains(1));
  }

  @Test
  void witnessesAreAskedForByPathOrTrack() {
    ask("{\"purpose\":\"witness\",\"paths\":[\"/a.mp3\",\"/b.mp3\"]}")
        .statusCode(200)
        .body("job.queued", equalTo(2));
    ask("{\"purpose\":\"witness\",\"tracks\":[7]}").body("job.state", equalTo("DONE"));
    given()
        .get("/operations/jobs/1/readings")
        .then()
        .statusCode(200)
        .body("readings", hasSize(0))
        .body("next", nullValue());
  }

  @Test
  void aJobIsCancelledAndStaysSo() {
    ask("{\"purpose\":\"fill\"}").body("job.state", equalTo("WALKING"));
    given().post("/operations/jobs/1/cancel").then().body("state", equalTo("CANCELLED"));
    given().post("/operations/jobs/1/resume").then().body("state", equalTo("CANCELLED"));
    given().get("/operations/jobs/lacking").then().body("tracks", equalTo(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "null",
        "{\"purpose\":\"dance\"}",
        "{\"purpose\":\"scan\"}",
        "{\"purpose\":\"scan\",\"path\":\" \"}",
        "{\"purpose\":\"witness\"}",
        "{\"purpose\":\"witness\",\"paths\":[null]}",
        "{\"purpose\":\"witness\",\"paths\":[\"/a\"],\"tracks\":[1]}"
      })
  void whatIsNoJobIsRefusedWithASentence(String body) {
    ask(body).statusCode(400).body("code", equalTo("INVALID_JOB")).body("status", equalTo("error"));
    assertThat(SENT).isEmpty();
  }

  @Test
  void aJobThatIsNotThereIsNotFound() {
    given()
        .get("/operations/jobs/99")
        .then()
        .statusCode(404)
        .body("code", equalTo("UNKNOWN_JOB"))
        .body("error", containsString("99"));
    given().get("/operations/jobs/1/readings?after=x").then().statusCode(400);
  }
}
