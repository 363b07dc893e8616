package culturalintelligence.analysis.jobs;

import static culturalintelligence.analysis.http.MusicLibrary.at;
import static culturalintelligence.analysis.http.MusicLibrary.put;
import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.analysis.http.MusicLibrary;
import culturalintelligence.domain.jobs.FileJob;
import culturalintelligence.domain.jobs.FileOutcome;
import culturalintelligence.domain.jobs.FileReading;
import culturalintelligence.domain.jobs.JobState;
import culturalintelligence.domain.library.PathKey;
import culturalintelligence.testkit.audio.AudioFixture;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import culturalintelligence.testkit.database.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Migrated tracks get what only their files can tell, and nothing they had is replaced. */
@QuarkusTest
@QuarkusTestResource(TargetDatabaseResource.class)
@QuarkusTestResource(MusicLibrary.class)
class FillTest {
  private static final String OTHER_HASH = "ab".repeat(32);

  @Inject Workbench workbench;

  private static TestDatabase database() {
    return TargetDatabaseResource.database();
  }

  @BeforeEach
  void noTracksOfBefore() {
    database()
        .execute(
            "truncate track, content, classification, analysis_job.job restart identity cascade");
  }

  /** A row as the migration writes it, with a classification of its own. */
  private static void migrated(String path, @Nullable String sha256) {
    PathKey key = PathKey.of(path);
    if (sha256 != null) {
      database()
          .execute(
              "insert into content (sha256, facts_source) values (decode('%s', 'hex'), 'migrated') on conflict do nothing"
                  .formatted(sha256));
    }
    database()
        .execute(
            """
            insert into track (path_digest, match_digest, path, folder, file_name, extension, content_sha256, origin)
            values ('%s', '%s', '%s', '', '', '', decode(%s, 'hex'), 'migrated');
            insert into classification (id, path_digest, origin, artist, title, bpm, needs_review, decided_at)
            values (gen_random_uuid(), '%s', 'metacrate', 'Old Artist', 'Old Title', 99, false, now())
            """
                .formatted(
                    key.digest(),
                    key.matchDigest(),
                    path,
                    sha256 == null ? "null" : "'" + sha256 + "'",
                    key.digest()));
  }

  private static String sha256(String name) throws IOException, NoSuchAlgorithmException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(at(name))));
  }

  private static String row(String path) {
    return String.valueOf(
        database()
            .value(
                """
                select concat_ws(' ', hash_source, size_source, duration_source)
                  from track_provenance join track on track.id = track_id where path = '%s'
                """
                    .formatted(path)));
  }

  private FileJob fill(Workbench.Bench bench) throws SQLException {
    long job = bench.jobs.fill().id();
    bench.pump();
    return bench.job(job);
  }

  @Test
  void whatTheOldRowLackedIsFilledAndSaysSo() throws Exception {
    String plain = put("fill/plain.mp3", AudioFixture.mp3().title("T").artist("New Artist"));
    String hashed = put("fill/hashed.mp3", AudioFixture.mp3().title("H").artist("New Artist"));
    String other = put("fill/other.mp3", AudioFixture.mp3().title("O").artist("New Artist"));
    String gone = "/srv/music/fill/gone.mp3";
    String elsewhere = "Q:\\Nowhere\\x.mp3";
    migrated(plain, null);
    migrated(hashed, sha256("fill/hashed.mp3"));
    migrated(other, OTHER_HASH);
    migrated(gone, null);
    migrated(elsewhere, null);
    Workbench.Bench bench = workbench.bench(1);
    assertThat(bench.jobs.lacking()).isEqualTo(5);

    FileJob job = fill(bench);

    assertThat(job.state()).isEqualTo(JobState.DONE);
    assertThat(job.count(FileOutcome.READ)).isEqualTo(2);
    assertThat(job.count(FileOutcome.DIFFERS)).isEqualTo(1);
    assertThat(job.count(FileOutcome.MISSING)).isEqualTo(2);
    assertThat(row(plain)).isEqualTo("reanalysed reanalysed reanalysed");
    assertThat(row(hashed)).isEqualTo("migrated reanalysed reanalysed");
    assertThat(row(other)).isEqualTo("migrated absent absent");
    assertThat(row(gone)).isEqualTo("absent absent absent");
    assertThat(row(elsewhere)).isEqualTo("absent absent absent");
    assertThat(
            database()
                .value(
                    "select encode(content_sha256, 'hex') from track where path = '" + other + "'"))
        .isEqualTo(OTHER_HASH);
    assertThat(bench.jobs.readings(job.id(), null, 10).readings())
        .extracting(FileReading::path)
        .containsExactlyInAnyOrder(other, gone, elsewhere);
    assertThat(database().number("select count(*) from classification where origin <> 'metacrate'"))
        .as("nobody's word on the music is touched")
        .isZero();
    assertThat(bench.jobs.lacking()).isEqualTo(3);
    assertThat(database().value("select artist from track_answer where path = '" + plain + "'"))
        .isEqualTo("Old Artist");
  }

  @Test
  void copiesOfOneContentAreEachFilled() throws Exception {
    AudioFixture audio = AudioFixture.mp3().title("Same").artist("Same");
    String one = put("copies/1.mp3", audio);
    String two = put("copies/2.mp3", audio);
    String hash = sha256("copies/1.mp3");
    migrated(one, hash);
    migrated(two, null);

    FileJob job = fill(workbench.bench(2));

    assertThat(job.count(FileOutcome.READ)).isEqualTo(2);
    assertThat(database().number("select count(*) from content")).isEqualTo(1);
    assertThat(row(one)).isEqualTo("migrated reanalysed reanalysed");
    assertThat(row(two)).isEqualTo("reanalysed reanalysed reanalysed");
  }

  @Test
  void aValueThatIsThereIsNeverReplaced() throws Exception {
    String path = put("kept/1.mp3", AudioFixture.mp3().title("K").artist("K"));
    String hash = sha256("kept/1.mp3");
    migrated(path, hash);
    database().execute("update content set duration_seconds = 1234.5, codec = 'old word'");

    fill(workbench.bench(3));

    assertThat(database().value("select codec from content")).isEqualTo("old word");
    assertThat(database().value("select duration_seconds from content")).isEqualTo(1234.5);
    assertThat(row(path)).isEqualTo("migrated reanalysed migrated");
  }

  @Test
  void aFillKilledAtAnyBoundaryEndsTheSame() throws Exception {
    for (int i = 0; i < 2; i++) {
      put("mortal/" + i + ".mp3", AudioFixture.mp3().title("T" + i).artist("A"));
    }
    int boundaries = 0;
    for (int n = 1; boundaries == 0; n++) {
      noTracksOfBefore();
      Workbench.Bench bench = workbench.bench(n);
      for (int i = 0; i < 2; i++) {
        migrated("/srv/music/mortal/" + i + ".mp3", i == 0 ? OTHER_HASH : null);
      }
      long job = bench.jobs.fill().id();
      bench.target.dieAt(n);
      if (bench.pump() == 0) {
        boundaries = n - 1;
      }
      FileJob done = bench.job(job);
      assertThat(done.state()).as("killed at %d", n).isEqualTo(JobState.DONE);
      assertThat(done.settled()).isEqualTo(2);
      assertThat(done.count(FileOutcome.READ)).isEqualTo(1);
      assertThat(done.count(FileOutcome.DIFFERS)).isEqualTo(1);
      assertThat(
              database().number("select count(*) from track where 'size_bytes' = any (reanalysed)"))
          .isEqualTo(1);
    }
    System.out.println("fill: killed at each of " + boundaries + " boundaries");
    assertThat(boundaries).isGreaterThan(40);
  }

  @Test
  void witnessesSayWhatTheFilesAreNowAndNothingIsRecorded() throws Exception {
    String read =
        put("witness/A - T (Dub).mp3", AudioFixture.mp3().title("T (Dub)").artist("A").bpm("124"));
    put("witness/not.mp3", "text".getBytes(StandardCharsets.UTF_8));
    Workbench.Bench bench = workbench.bench(5);

    long job =
        bench
            .jobs
            .witness(
                List.of(
                    read,
                    "/srv/music/witness/not.mp3",
                    "/srv/music/witness/gone.mp3",
                    "/etc/passwd"))
            .id();
    bench.pump();

    List<FileReading> readings = bench.jobs.readings(job, null, 10).readings();
    assertThat(readings)
        .extracting(FileReading::outcome)
        .containsExactly(
            FileOutcome.READ, FileOutcome.NOT_AUDIO, FileOutcome.MISSING, FileOutcome.MISSING);
    FileReading.Facts facts = readings.getFirst().facts();
    assertThat(facts).isNotNull();
    assertThat(facts.content().hex()).isEqualTo(sha256("witness/A - T (Dub).mp3"));
    assertThat(facts.said().artist()).isEqualTo("A");
    assertThat(facts.said().bpm()).isEqualByComparingTo("124");
    assertThat(readings.getFirst().version()).isNotNull();
    assertThat(readings.get(3).version()).as("nothing of it is disclosed").isNull();
    assertThat(database().number("select count(*) from track")).isZero();
  }
}
