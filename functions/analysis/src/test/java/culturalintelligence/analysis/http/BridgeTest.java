package culturalintelligence.analysis.http;

import static culturalintelligence.analysis.http.Client.analyse;
import static culturalintelligence.analysis.http.Client.lookUp;
import static culturalintelligence.analysis.http.MusicLibrary.put;
import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.analysis.http.Client.Answer;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.testkit.audio.AudioFixture;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import culturalintelligence.testkit.database.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** While both systems answer: MetaCrate's rows behind the API, from before the plan to its end. */
@QuarkusTest
@QuarkusTestResource(value = TargetDatabaseResource.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = MusicLibrary.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = BridgeTest.MetaCrate.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BridgeTest {
  private static final String OLD = "X:\\Music\\Old\\Strobe.mp3";

  @Inject PlanLedger plans;

  /** MetaCrate's database, with one row of a file that is nowhere. */
  public static final class MetaCrate implements QuarkusTestResourceLifecycleManager {
    static @Nullable TestDatabase database;

    @Override
    public Map<String, String> start() {
      TestDatabase source = TestDatabase.empty();
      source.execute(
          """
          create table metacrate_tracks (
            id uuid primary key default gen_random_uuid(), file_path text not null, original_filename text,
            metacrate_classification jsonb, confidence_score float8, extraction_metadata jsonb,
            processing_timestamp timestamp default now());
          create index on metacrate_tracks (file_path);
          """);
      source.execute(row(OLD, "Deadmau5", "Strobe"));
      database = source;
      Map<String, String> settings = new HashMap<>(source.environment("METACRATE"));
      settings.put("cultural-intelligence.bridge.patience", "PT3S");
      return settings;
    }

    @Override
    public void stop() {
      Objects.requireNonNull(database).close();
    }
  }

  private static String row(String path, String artist, String title) {
    return """
        insert into metacrate_tracks (file_path, metacrate_classification, confidence_score)
        values ('%s', '{"artist": "%s", "track_name": "%s", "genre": "House", "bpm": 128.5}', 0.75);
        """
        .formatted(path, artist, title);
  }

  private static TestDatabase source() {
    return Objects.requireNonNull(MetaCrate.database);
  }

  private static TestDatabase target() {
    return TargetDatabaseResource.database();
  }

  private static void until(String what, BooleanSupplier holds) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.sleep(100);
    }
  }

  private static boolean saysMetaCrate(Answer answer) {
    return answer.text("/source").equals("metacrate");
  }

  @Test
  @Order(1)
  void beforeAnyPlanAFileIsAnsweredFromItsOldRow() throws InterruptedException {
    until("the old tables are found", () -> saysMetaCrate(analyse(OLD)));

    Answer answer = analyse(OLD);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("/status")).isEqualTo("success");
    assertThat(answer.text("/classification/artist")).isEqualTo("Deadmau5");
    assertThat(answer.text("/classification/track_name")).isEqualTo("Strobe");
    assertThat(answer.at("/classification/bpm").asDouble()).isEqualTo(128.5);
    assertThat(answer.at("/classification/confidence").asDouble()).isEqualTo(0.75);
    assertThat(answer.text("/track/remix_info")).isEqualTo("Original Mix");
    assertThat(answer.text("/duplicates/primary_file")).isEqualTo(OLD);
    assertThat(answer.at("/metadata/track_id").isNull()).isTrue();
    assertThat(answer.at("/file_hash").isNull()).isTrue();
    assertThat(answer.at("/processing_info/classification_sources").isArray()).isTrue();
    assertThat(lookUp(OLD).text("/source")).isEqualTo("metacrate");
    assertThat(target().number("select count(*) from track")).isZero();
  }

  @Test
  @Order(2)
  void aFileThatNobodyKnowsIsAnalysedAndAfterwardsKnown() {
    String path = put("bridge/new.mp3", AudioFixture.mp3().seconds(1).title("New"));

    assertThat(analyse(path).text("/source")).isEqualTo("realtime_analysis");
    assertThat(analyse(path).text("/source")).isEqualTo("cached");
    assertThat(lookUp("X:\\Music\\nowhere.mp3").text("/status")).isEqualTo("error");
  }

  @Test
  @Order(3)
  void whatIsKnownHereIsNotAskedForThere() {
    String path = put("bridge/known.mp3", AudioFixture.mp3().seconds(1).title("Ours"));
    assertThat(analyse(path).text("/source")).isEqualTo("realtime_analysis");
    source().execute(row(path, "Theirs", "Theirs"));

    assertThat(analyse(path).text("/source")).isEqualTo("cached");
  }

  @Test
  @Order(4)
  void onceThereIsAPlanTheRowThatWasAskedForIsCopiedNext() throws Exception {
    plans.plan();

    until(
        "the row is brought forward",
        () -> {
          assertThat(saysMetaCrate(analyse(OLD))).isTrue();
          return target().number("select count(*) from migration.redo") > 0;
        });
    assertThat(target().value("select key[1] from migration.redo"))
        .isEqualTo(
            source()
                .value("select id::text from metacrate_tracks where file_path like '%Strobe%'"));
    analyse(OLD);
    assertThat(target().number("select count(*) from migration.redo")).isEqualTo(1);
  }

  @Test
  @Order(5)
  void inShadowBothSidesAnswerTheOldAnswerIsGivenAndDifferencesAreKept() throws Exception {
    target()
        .execute(
            "insert into migration.phase (table_id, phase) select id, 'SHADOW' from migration.source_table");
    String path = "/srv/music/bridge/known.mp3";
    until("both sides answer", () -> saysMetaCrate(analyse(path)));

    assertThat(analyse(path).text("/classification/artist")).isEqualTo("Theirs");
    until(
        "the comparison is written",
        () -> target().number("select coalesce(sum(differed), 0) from migration.shadow_day") >= 2);
    assertThat(
            target()
                .number(
                    "select count(*) from migration.shadow_sample where field = 'artist' and old_value = 'Theirs'"))
        .isPositive();
    assertThat(
            target()
                .number("select min(asked - equal - differed - failed) from migration.shadow_day"))
        .isZero();
    assertThat(target().number("select min(old_micros) from migration.shadow_day")).isPositive();
  }

  @Test
  @Order(6)
  void equalAnswersAreCountedAsEqual() throws Exception {
    String path = "X:\\Music\\Old\\Equal.mp3";
    source().execute(row(path, "Same", "Same"));
    target()
        .execute(
            """
            insert into track (path_digest, match_digest, path, folder, file_name, extension, origin)
            select d, d, p, 'X:\\Music\\Old', 'Equal.mp3', 'mp3', 'migrated' from (select '%1$s' as p, '%2$s'::uuid as d) x;
            update track set match_digest = '%3$s' where path_digest = '%2$s';
            insert into classification (id, path_digest, origin, artist, title, genre, bpm, confidence, method, decided_at)
            values (gen_random_uuid(), '%2$s', 'metacrate', 'Same', 'Same', 'House', 128.5, 0.75, 'migration', now())
            """
                .formatted(
                    path,
                    culturalintelligence.domain.library.PathKey.of(path).digest(),
                    culturalintelligence.domain.library.PathKey.of(path).matchDigest()));

    assertThat(saysMetaCrate(analyse(path))).isTrue();
    until(
        "the comparison is written",
        () -> target().number("select coalesce(sum(equal), 0) from migration.shadow_day") == 1);
  }

  @Test
  @Order(7)
  void anOldSideThatIsAwayCostsItsPatienceAndNoAnswer() throws Exception {
    String name = String.valueOf(source().value("select current_database()"));
    String path = put("bridge/away.mp3", AudioFixture.mp3().seconds(1).title("Away"));
    target().execute("alter database %s allow_connections false".formatted(name));
    target()
        .execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'"
                .formatted(name));
    try {
      long began = System.nanoTime();
      assertThat(analyse(path).text("/source")).isEqualTo("realtime_analysis");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
      assertThat(analyse("/srv/music/bridge/known.mp3").text("/source")).isEqualTo("cached");
      until(
          "the silence is counted",
          () -> target().number("select coalesce(sum(failed), 0) from migration.shadow_day") > 0);
    } finally {
      target().execute("alter database %s allow_connections true".formatted(name));
    }
    until(
        "the old side is asked again", () -> saysMetaCrate(analyse("/srv/music/bridge/known.mp3")));
  }

  @Test
  @Order(8)
  void onceTheNewSideAnswersTheOldOneIsAskedNoMore() throws Exception {
    target().execute("update migration.phase set phase = 'WRITE_NEW'");

    until(
        "the new side answers",
        () -> analyse("/srv/music/bridge/known.mp3").text("/source").equals("cached"));
    assertThat(analyse(OLD).text("/status")).isEqualTo("error");
  }
}
