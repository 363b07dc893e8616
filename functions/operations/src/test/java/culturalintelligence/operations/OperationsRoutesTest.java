package culturalintelligence.operations;

import static io.restassured.RestAssured.given;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import culturalintelligence.testkit.database.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The operator's verbs in the order of a run, with nobody at the other end of the queue. */
@QuarkusTest
@QuarkusTestResource(value = OperationsRoutesTest.Servers.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OperationsRoutesTest {

  /** A small source, and a target without a schema. */
  public static final class Servers implements QuarkusTestResourceLifecycleManager {
    private @Nullable TestDatabase source;
    private @Nullable TestDatabase target;

    @Override
    public Map<String, String> start() {
      TestDatabase metacrate = TestDatabase.empty();
      metacrate.execute(
          """
          CREATE TABLE artists (name text PRIMARY KEY, plays int);
          INSERT INTO artists SELECT 'artist ' || n, n FROM generate_series(1, 12) n;
          CREATE TABLE odd_tracks (id int PRIMARY KEY, at point, pair regclass);
          CREATE TABLE unrelated (id int PRIMARY KEY);
          """);
      source = metacrate;
      TestDatabase fresh = TestDatabase.empty();
      target = fresh;
      Map<String, String> settings = new HashMap<>(metacrate.environment("METACRATE"));
      settings.putAll(fresh.environment("CULTURAL_INTELLIGENCE"));
      // Nobody listens there: what is queued is refused, and must say so.
      settings.put("QUEUE_URL", "http://127.0.0.1:1/000000000000/migrate");
      return settings;
    }

    @Override
    public void stop() {
      if (source != null) {
        source.close();
      }
      if (target != null) {
        target.close();
      }
    }
  }

  private static ValidatableResponse get(String path) {
    return given().get("/operations/" + path).then().contentType("application/json");
  }

  private static ValidatableResponse post(String path) {
    return given().post("/operations/" + path).then().contentType("application/json");
  }

  @Test
  @Order(1)
  void aTargetWithoutASchemaIsAConflictThatNamesTheNextStep() {
    post("plan")
        .statusCode(409)
        .body("status", equalTo("error"))
        .body("code", equalTo("NOT_READY"))
        .body("next", equalTo("cratectl schema --execute"));
  }

  @Test
  @Order(2)
  void theSchemaIsShownFirstAndAppliedOnlyWhenAskedFor() {
    int all = requireNonNull(TestDatabase.migrations().toFile().list()).length;
    get("schema").statusCode(200).body("applied", empty()).body("pending.size()", equalTo(all));
    get("schema").body("applied", empty());
    post("schema").statusCode(200).body("pending", empty()).body("applied.size()", equalTo(all));
  }

  @Test
  @Order(3)
  void withoutAPlanAStatusSaysHowToMakeOne() {
    get("status").statusCode(409).body("next", equalTo("cratectl plan"));
  }

  @Test
  @Order(4)
  void discoveryFindsTablesByNameAndSaysWhatCannotBeCarried() {
    get("discover")
        .statusCode(200)
        .body("tables.table", equalTo(java.util.List.of("public.artists", "public.odd_tracks")))
        .body("tables[0].verdict", equalTo("READY"))
        .body("tables[1].verdict", equalTo("CANNOT"))
        .body("tables[1].reasons", hasItem(containsString("column pair")));
  }

  @Test
  @Order(5)
  void aPlanIsMadeOnceAndGivenBackAfterwards() {
    int plan = post("plan").statusCode(200).body("created", equalTo(true)).extract().path("plan");
    post("plan").statusCode(200).body("created", equalTo(false)).body("plan", equalTo(plan));
    get("status")
        .statusCode(200)
        .body("phase", equalTo("PLANNED"))
        .body("rowsTotal", equalTo(12))
        .body("differences", nullValue());
  }

  @Test
  @Order(6)
  void aQueueThatIsAwayIsSaidSoAndLosesNothing() {
    post("start").statusCode(503).body("code", equalTo("QUEUE"));
    get("status").body("chunks.PENDING", equalTo(1)).body("phase", equalTo("COPYING"));
  }

  @Test
  @Order(7)
  void aPausedRunSaysSo() {
    post("pause").statusCode(200).body("phase", equalTo("PAUSED"));
  }

  @Test
  @Order(8)
  void aReportBeforeAnyComparisonDoesNotClaimOne() {
    Map<String, Object> progress =
        get("report").statusCode(200).extract().jsonPath().getMap("progress");
    assertThat(progress.get("differences")).isNull();
    assertThat(progress.get("checkedAt")).isNull();
  }

  @Test
  @Order(9)
  void limitsAreSetOneByOneAndTakenAwayByZero() {
    throttle("{\"workers\":3,\"active\":8}")
        .statusCode(200)
        .body("control.throttle.workers", equalTo(3));
    throttle("{\"workers\":0}")
        .statusCode(200)
        .body("control.throttle.workers", nullValue())
        .body("control.throttle.active", equalTo(8));
    throttle("{\"workers\":-1}")
        .statusCode(409)
        .body("error", containsString("a limit is between"));
    get("status")
        .body("control.throttle.active", equalTo(8))
        .body("control.deadLetters", equalTo(0));
  }

  @Test
  @Order(10)
  void aDryRunMakesNoPlan() {
    get("plan/dry-run")
        .statusCode(200)
        .body("tables.find { it.table == 'public.artists' }.rows", equalTo(12))
        .body("changes", empty());
  }

  @Test
  @Order(11)
  void aCancelledRunIsRemovedOnlyWhenThatIsSaidTwice() {
    given()
        .post("/operations/cancel?discard=true")
        .then()
        .statusCode(200)
        .body("executed", equalTo(false))
        .body("discarded.tables", equalTo(java.util.List.of("artists")));
    get("status").body("phase", equalTo("CANCELLED"));
    given()
        .post("/operations/cancel?discard=true&execute=true")
        .then()
        .statusCode(200)
        .body("executed", equalTo(true));
    get("status").statusCode(409).body("next", equalTo("cratectl plan"));
    post("plan").statusCode(200).body("created", equalTo(true));
  }

  @Test
  @Order(12)
  void deadLettersOfAQueueThatIsAwayAreNotCalledNone() {
    get("dead-letters").statusCode(503).body("code", equalTo("QUEUE"));
  }

  private static ValidatableResponse throttle(String limits) {
    return given()
        .contentType("application/json")
        .body(limits)
        .post("/operations/throttle")
        .then()
        .contentType("application/json");
  }
}
