package culturalintelligence.operations;

import static io.restassured.RestAssured.given;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import culturalintelligence.testkit.database.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A table's whole life as an operator asks for it. Nobody copies here: the table is empty, and the
 * ledger is told so; what is written later is written by the switch's own drains.
 */
@QuarkusTest
@QuarkusTestResource(value = PhaseRoutesTest.Servers.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PhaseRoutesTest {
  private static final String TABLE = "public.artists";

  /** A source whose table is empty, a target, and a folder for archives. */
  public static final class Servers implements QuarkusTestResourceLifecycleManager {
    static @Nullable TestDatabase source;
    static @Nullable TestDatabase target;
    static @Nullable Path archives;

    @Override
    public Map<String, String> start() {
      TestDatabase metacrate = TestDatabase.empty();
      metacrate.execute(
          "CREATE TABLE artists (id serial PRIMARY KEY, name text NOT NULL, plays int DEFAULT 7)");
      source = metacrate;
      TestDatabase ours = TestDatabase.empty();
      target = ours;
      try {
        archives = Files.createTempDirectory("archives");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Map<String, String> settings = new HashMap<>(metacrate.environment("METACRATE"));
      settings.putAll(ours.environment("CULTURAL_INTELLIGENCE"));
      settings.put("QUEUE_URL", "http://127.0.0.1:1/000000000000/migrate");
      settings.put("ARCHIVE_FOLDER", archives.toString());
      return settings;
    }

    @Override
    public void stop() {
      requireNonNull(source).close();
      requireNonNull(target).close();
      try (var files = Files.walk(requireNonNull(archives))) {
        files.sorted(java.util.Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static TestDatabase source() {
    return requireNonNull(Servers.source);
  }

  private static TestDatabase target() {
    return requireNonNull(Servers.target);
  }

  private static ValidatableResponse get(String path) {
    return given().get("/operations/" + path).then().contentType("application/json");
  }

  private static ValidatableResponse post(String path, Map<String, ?> body) {
    return given()
        .contentType("application/json")
        .body(body)
        .post("/operations/" + path)
        .then()
        .contentType("application/json");
  }

  private static ValidatableResponse look(String to) {
    return post("phase", Map.of("table", TABLE, "to", to));
  }

  private static ValidatableResponse go(String to) {
    return post("phase", Map.of("table", TABLE, "to", to, "execute", true, "by", "a test"));
  }

  @Test
  @Order(1)
  void beforeAPlanItSaysHowToMakeOne() {
    get("checklist")
        .statusCode(200)
        .body("items.size()", equalTo(12))
        .body("items.find { it.id == 'database_created' }.state", equalTo("DONE"))
        .body("next", equalTo("cratectl schema --execute"));
    given().post("/operations/schema").then().statusCode(200);
    get("phase").statusCode(409).body("next", equalTo("cratectl plan"));
    get("checklist")
        .statusCode(200)
        .body("items.find { it.id == 'schema_deployed' }.state", equalTo("DONE"))
        .body("items.find { it.id == 'exported' }.state", equalTo("OPEN"))
        .body("next", equalTo("cratectl plan"));
    given().post("/operations/plan").then().statusCode(200);
  }

  @Test
  @Order(2)
  void everyTableShowsWhatItsNextPhaseWaitsFor() {
    get("phase")
        .statusCode(200)
        .body("tables[0].table", equalTo(TABLE))
        .body("tables[0].phase", equalTo("OLD"))
        .body("tables[0].answers", equalTo("old"))
        .body("tables[0].written", equalTo("old"))
        .body("tables[0].waiting", nullValue())
        .body("tables[0].next.to", equalTo("SHADOW"))
        .body("tables[0].next.open", is(false))
        .body("tables[0].next.gates.find { it.name == 'copied' }.next", equalTo("cratectl start"))
        .body("tables[0].back", nullValue());
    get("phase/table?table=artists").body("table.table", equalTo(TABLE));
    get("phase/table?table=albums")
        .statusCode(409)
        .body("error", containsString("only public.artists"));
  }

  @Test
  @Order(3)
  void aClosedGateChangesNothing() {
    look("SHADOW").statusCode(200).body("result", equalTo("CLOSED")).body("executed", is(false));
    go("SHADOW")
        .statusCode(409)
        .body("code", equalTo("GATES_CLOSED"))
        .body("next", equalTo("cratectl start"))
        .body("table.phase", equalTo("OLD"));
    go("WRITE_NEW")
        .statusCode(409)
        .body("code", equalTo("REFUSED"))
        .body("next", containsString("--to SHADOW"));
    post("phase", Map.of("table", TABLE, "to", "SOON")).statusCode(400);
    post("phase", Map.of("table", TABLE, "to", "SHADOW", "guard", "maybe")).statusCode(400);
    post("phase", Map.of("table", TABLE, "to", "SHADOW", "grace", "a while")).statusCode(400);
    given().contentType("application/json").post("/operations/phase").then().statusCode(400);
  }

  @Test
  @Order(4)
  void onlyWhatIsToldToBeDoneIsDone() {
    target()
        .execute(
            """
            UPDATE migration.chunk SET state = 'VERIFIED', copied_at = now(), checked_at = now(),
                   migrated_rows = 0, quarantined_rows = 0;
            UPDATE migration.source_table SET checked_at = now(), check_result = 'EQUAL';
            """);
    look("SHADOW")
        .statusCode(200)
        .body("result", equalTo("WOULD_CHANGE"))
        .body("pauses", is(false))
        .body("steps.size()", greaterThanOrEqualTo(1))
        .body("table.phase", equalTo("OLD"));
    go("SHADOW")
        .statusCode(200)
        .body("result", equalTo("CHANGED"))
        .body("pauseMillis", nullValue())
        .body("tookMillis", notNullValue())
        .body("table.phase", equalTo("SHADOW"))
        .body("table.back", equalTo("cratectl rollback public.artists --execute"));
    go("shadow").statusCode(200).body("result", equalTo("ALREADY"));
  }

  @Test
  @Order(5)
  void quarantineIsAGateThatOpensRowByRow() {
    target()
        .execute(
            """
            INSERT INTO migration.quarantine (table_id, run_id, chunk_id, key, content, sql_state, reason)
            SELECT c.table_id, c.run_id, c.id, ARRAY['-1'], 'x', '22000', 'a test' FROM migration.chunk c LIMIT 1
            """);
    given().post("/operations/capture").then().statusCode(200);
    look("READ_NEW")
        .body("result", equalTo("CLOSED"))
        .body("gates.findAll { !it.passed }.name", equalTo(java.util.List.of("quarantine")))
        .body("next", containsString("cratectl accept public.artists"));
    get("quarantine?table=artists")
        .body("rows", equalTo(1))
        .body("kept[0].name", equalTo(java.util.List.of("-1")))
        .body("kept[0].acceptedBy", nullValue());
    post("quarantine/accept", Map.of("table", TABLE, "key", java.util.List.of("-2")))
        .statusCode(404);
    post("quarantine/accept", Map.of("table", TABLE)).statusCode(400);
    post("quarantine/accept", Map.of("table", TABLE, "key", java.util.List.of("-1"), "by", "me"))
        .statusCode(200)
        .body("kept[0].acceptedBy", equalTo("me"));
    go("READ_NEW").statusCode(200).body("table.answers", equalTo("new"));
    target().execute("DELETE FROM migration.quarantine");
  }

  @Test
  @Order(6)
  void aSwitchSaysForHowLongWritesStoodStill() {
    look("WRITE_NEW").body("result", equalTo("WOULD_CHANGE")).body("pauses", is(true));
    go("WRITE_NEW")
        .statusCode(200)
        .body("pauseMillis", notNullValue())
        .body("table.written", equalTo("new"));
    assertThatThrownBy(() -> source().execute("INSERT INTO artists (name) VALUES ('late')"))
        .hasMessageContaining("Cultural Intelligence");
    target().execute("INSERT INTO metacrate.artists (name) VALUES ('Lacroix'), ('Deadmau5')");
    get("phase").body("tables[0].waitingBack", equalTo(2));
  }

  @Test
  @Order(7)
  void aRollbackBringsEveryWriteBackAndSaysHowLongItTook() {
    look("OLD").body("result", equalTo("WOULD_CHANGE")).body("pauses", is(true));
    go("OLD")
        .statusCode(200)
        .body("from", equalTo("WRITE_NEW"))
        .body("pauseMillis", notNullValue())
        .body("tookMillis", notNullValue())
        .body("table.written", equalTo("old"));
    assertThat(source().number("SELECT count(*) FROM artists WHERE plays = 7")).isEqualTo(2);
    source().execute("UPDATE artists SET plays = 8");
    get("phase/table?table=artists")
        .body("changes.size()", equalTo(4))
        .body("changes[0].by", equalTo("a test"))
        .body("changes[0].pauseMillis", notNullValue());
  }

  @Test
  @Order(8)
  void aRetiredTableIsArchivedAndOnlyDroppedWhenItsNameIsTyped() {
    // Nobody drains here but the switch, and nobody compares.
    source().execute("TRUNCATE ci_capture.outbox");
    target()
        .execute(
            "UPDATE migration.chunk SET state = 'VERIFIED', checked_at = now(); DELETE FROM migration.redo");
    source().execute("UPDATE artists SET plays = 7");
    for (String phase : new String[] {"SHADOW", "READ_NEW", "WRITE_NEW", "RETIRED"}) {
      go(phase).statusCode(200);
    }
    Path folder = requireNonNull(Servers.archives).resolve("public.artists");
    assertThat(folder.resolve("manifest.sha256")).exists();
    get("phase")
        .body("tables[0].retiredAs", notNullValue())
        .body("tables[0].archive", equalTo(folder.toString()))
        .body("tables[0].archiveSha256", notNullValue())
        .body("tables[0].next.to", equalTo("DROPPED"))
        .body("tables[0].next.open", is(false));

    go("DROPPED")
        .statusCode(409)
        .body("gates.findAll { !it.passed }.name", hasItem("name"))
        .body("gates.findAll { !it.passed }.name", hasItem("grace period"));
    post(
            "phase",
            Map.of(
                "table", TABLE, "to", "DROPPED", "execute", true, "grace", "0s", "confirm",
                "artists"))
        .statusCode(409);
    assertThat(
            source().number("SELECT count(*) FROM pg_class WHERE relname LIKE 'artists\\_\\_ret%'"))
        .isEqualTo(1);
  }

  @Test
  @Order(9)
  void aTableOnceRolledBackIsArchivedAnewElsewhere() {
    go("WRITE_NEW").statusCode(200);
    target().execute("INSERT INTO metacrate.artists (name) VALUES ('Later')");
    go("RETIRED").statusCode(200).body("table.archive", containsString("public.artists.2"));
  }

  @Test
  @Order(10)
  void aDroppedTableComesBackFromItsArchive() {
    post(
            "phase",
            Map.of(
                "table", TABLE, "to", "DROPPED", "execute", true, "grace", "0s", "confirm", TABLE))
        .statusCode(200)
        .body("gates.passed", everyItem(is(true)))
        .body("table.next", nullValue())
        .body("table.back", equalTo("cratectl restore public.artists --execute"));
    get("checklist")
        .body("items.find { it.id == 'tables_removed' }.state", equalTo("DONE"))
        .body("items.find { it.id == 'documentation_updated' }.state", equalTo("OPEN"));
    target().execute("INSERT INTO metacrate.artists (name) VALUES ('While it was gone')");
    go("OLD").statusCode(409).body("next", containsString("cratectl restore"));

    post(
            "phase",
            Map.of("table", TABLE, "to", "WRITE_NEW", "execute", true, "archive", "/etc/passwd"))
        .statusCode(409)
        .body("error", containsString("does not lie below"));
    // The first archive is another state's: it is whole, and not the one that counts.
    post(
            "phase",
            Map.of("table", TABLE, "to", "WRITE_NEW", "execute", true, "archive", "public.artists"))
        .statusCode(409)
        .body("gates.find { it.name == 'archive' }.passed", is(false));
    go("WRITE_NEW").statusCode(200).body("table.phase", equalTo("WRITE_NEW"));
    assertThat(source().number("SELECT count(*) FROM artists")).isEqualTo(4);
    go("OLD").statusCode(200);
    source().execute("INSERT INTO artists (name) VALUES ('again')");
    assertThat(source().number("SELECT count(*) FROM artists")).isEqualTo(5);
  }

  @Test
  @Order(11)
  void thePhasesShowHowLargeTheDatabasesWere() {
    get("phase")
        .body("effect.sizes.side", hasItem("SOURCE"))
        .body("effect.sizes.bytes", everyItem(greaterThanOrEqualTo(1)));
  }
}
