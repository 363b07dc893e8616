package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import culturalintelligence.domain.verification.SampleBound;
import culturalintelligence.domain.verification.Verdict;
import culturalintelligence.persistence.verification.FileWitnesses;
import culturalintelligence.persistence.verification.FileWitnesses.Judged;
import culturalintelligence.persistence.verification.FileWitnesses.Result;
import culturalintelligence.persistence.verification.FileWitnesses.Standing;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The file decides: what it says of rows that differ, and of a sample of those that do not. */
class FileWitnessesTest {
  private static final int TRACKS = 200;

  private Scene scene;
  private FileWitnesses witnesses;
  private final List<String> asked = new ArrayList<>();

  @BeforeEach
  void aLibrary() throws SQLException {
    scene =
        Scene.of(
            """
            create table metacrate_tracks (id int primary key, file_path text not null,
              metacrate_classification jsonb, extraction_metadata jsonb, processing_timestamp timestamp);
            insert into metacrate_tracks
              select g, '/m/' || g || '.mp3', jsonb_build_object('artist', 'Artist ' || g, 'confidence', 0.9),
                     jsonb_build_object('file_hash', encode(sha256(g::text::bytea), 'hex')), '2024-05-01'
                from generate_series(1, %d) g;
            """
                .formatted(TRACKS));
    scene.copy();
    assertThat(scene.verify()).isEmpty();
    witnesses = new FileWitnesses(scene.targetDatabase);
  }

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void aCleanSampleGivesABound() throws SQLException {
    ask(60, 1);
    assertThat(standing().result()).isEqualTo(Result.READING);
    assertThat(standing().atMost()).isNull();
    everyFileIsAsDescribed();

    Standing standing = standing();
    assertThat(standing.result()).isEqualTo(Result.AS_DESCRIBED);
    assertThat(standing.asked()).isEqualTo(60);
    assertThat(standing.sampled()).isEqualTo(60);
    assertThat(standing.notAsDescribed()).isZero();
    assertThat(standing.population()).isEqualTo(TRACKS);
    assertThat(standing.files()).isEmpty();
    assertThat(standing.atMost()).isCloseTo(SampleBound.upper(60, 0, 0.05), within(1e-9));
  }

  @Test
  void theSameSeedDrawsTheSameFiles() throws SQLException {
    ask(20, 7);
    List<String> first = List.copyOf(asked);
    ask(20, 7);
    assertThat(asked).containsExactlyElementsOf(first).hasSize(20);
    ask(20, 8);
    assertThat(asked).isNotEqualTo(first);
  }

  @Test
  void moreIsTakenOfWhatIsMoreLikelyWrong() throws SQLException {
    scene.inTarget(
        "update public.classification set needs_review = true where id in"
            + " (select c.id from public.classification c join public.track t using (path_digest)"
            + "   where t.path in ('/m/1.mp3', '/m/2.mp3', '/m/3.mp3', '/m/4.mp3'))");
    ask(24, 1);
    assertThat(asked).contains("/m/1.mp3", "/m/2.mp3", "/m/3.mp3", "/m/4.mp3").hasSize(24);
  }

  @Test
  void missingChangedAndWrongFilesAreToldApart() throws SQLException {
    ask(TRACKS, 1);
    everyFileIsAsDescribed();
    reads("/m/1.mp3", "outcome = 'MISSING', code = 'FILE_NOT_FOUND', sha256 = null");
    reads("/m/2.mp3", "sha256 = sha256('x'), modified = '2025-01-01'");
    reads("/m/3.mp3", "sha256 = sha256('x'), modified = '2023-01-01'");
    scene.inTarget(
        "update content set payload_digest = sha256('audio') where sha256 = sha256('4')");
    reads(
        "/m/4.mp3",
        "sha256 = sha256('x'), payload_digest = sha256('audio'), modified = '2023-01-01'");
    scene.inTarget("update content set size_bytes = 5 where sha256 = sha256('5')");
    reads("/m/5.mp3", "size_bytes = 6");

    Standing standing = standing();
    assertThat(standing.result()).isEqualTo(Result.DIFFERS);
    assertThat(standing.notAsDescribed()).isEqualTo(5);
    assertThat(standing.atMost()).as("all were looked at").isEqualTo(5.0 / TRACKS);
    assertThat(standing.files())
        .extracting(Judged::path, Judged::outcome, Judged::verdict)
        .containsExactly(
            tuple("/m/1.mp3", "MISSING", Verdict.FILE_MISSING),
            tuple("/m/2.mp3", "CHANGED", Verdict.FILE_CHANGED),
            tuple("/m/3.mp3", "DISAGREES", Verdict.SOURCE_WRONG),
            tuple("/m/4.mp3", "CHANGED", Verdict.FILE_CHANGED),
            tuple("/m/5.mp3", "DISAGREES", Verdict.SOURCE_WRONG));
    assertThat(standing.files().get(3).says()).contains("tags were changed");
  }

  @Test
  void whatNobodyCouldReadIsNotCalledRight() throws SQLException {
    ask(TRACKS, 1);
    everyFileIsAsDescribed();
    reads("/m/1.mp3", "outcome = 'MISSING', code = 'OUTSIDE_LIBRARY', sha256 = null");
    reads("/m/2.mp3", "outcome = 'FAILED', code = 'STORAGE', sha256 = null");

    Standing standing = standing();
    assertThat(standing.result()).isEqualTo(Result.COULD_NOT);
    assertThat(standing.notRead()).isEqualTo(2);
    assertThat(standing.notAsDescribed()).isZero();
    assertThat(standing.atMost()).isEqualTo(2.0 / TRACKS);
  }

  @Test
  void aJobThatEndedEarlyIsNoProof() throws SQLException {
    ask(10, 1);
    everyFileIsAsDescribed();
    reads(asked.getFirst(), null);
    scene.inTarget("update analysis_job.job set state = 'CANCELLED', finished_at = now()");
    assertThat(standing().result()).isEqualTo(Result.COULD_NOT);
    assertThat(standing().atMost()).isNull();
  }

  @Test
  void ofTwoThatDifferTheFileSaysWhichIsWrong() throws SQLException {
    for (int key : List.of(1, 2, 3, 4)) {
      scene.inTarget(
          "update carried.metacrate_tracks set metacrate_classification = jsonb_set(metacrate_classification,"
              + " '{artist}', '\"Other\"') where id = "
              + key);
    }
    assertThat(scene.verify()).isNotEmpty();
    ask(0, 1);
    assertThat(asked).containsExactly("/m/1.mp3", "/m/2.mp3", "/m/3.mp3", "/m/4.mp3");
    everyFileIsAsDescribed();
    reads("/m/1.mp3", "artist = 'Artist 1'");
    reads("/m/2.mp3", "artist = 'Other'");
    reads("/m/3.mp3", "artist = 'Third', sha256 = sha256('x'), modified = '2025-01-01'");
    reads("/m/4.mp3", "outcome = 'MISSING', code = 'FILE_NOT_FOUND', sha256 = null");

    Standing standing = standing();
    assertThat(standing.result()).isEqualTo(Result.DIFFERS);
    assertThat(standing.behindDifferences()).isEqualTo(4);
    assertThat(
            scene.target(
                "select distinct key[1] || ' ' || verdict from migration.difference"
                    + " where column_name = 'metacrate_classification' order by 1"))
        .containsExactly("1 MIGRATION_FAULT", "2 SOURCE_WRONG", "3 FILE_CHANGED", "4 FILE_MISSING");
    assertThat(standing.files())
        .extracting(Judged::verdict)
        .containsExactly(
            Verdict.MIGRATION_FAULT,
            Verdict.SOURCE_WRONG,
            Verdict.FILE_CHANGED,
            Verdict.FILE_MISSING);
  }

  private void ask(int sample, long seed) throws SQLException {
    asked.clear();
    witnesses.ask(
        scene.plan(),
        sample,
        seed,
        paths -> {
          asked.addAll(paths);
          return job(paths);
        });
  }

  private long job(List<String> paths) throws SQLException {
    return Long.parseLong(
        scene
            .target(
                "insert into analysis_job.job (purpose, state, found, queued) values ('WITNESS', 'QUEUED', %1$d, %1$d) returning id"
                    .formatted(paths.size()))
            .getFirst());
  }

  private Standing standing() throws SQLException {
    return witnesses.standing(scene.plan()).orElseThrow();
  }

  /** Readings of all files that were asked for, each as the rows say. */
  private void everyFileIsAsDescribed() throws SQLException {
    scene.inTarget(
        """
        insert into analysis_job.reading (job_id, batch, ordinal, path, outcome, sha256, size_bytes, modified)
        select c.job_id, 1, row_number() over (), w.path, 'READ', t.content_sha256, 100, '2024-01-01'
          from migration.file_witness w join migration.file_check c on c.id = w.check_id
          join public.track t on t.path_digest = w.path_digest
         where c.id = (select max(id) from migration.file_check)
        """);
  }

  /** Before anything was judged: what one file says instead; null: nothing yet. */
  private void reads(String path, @Nullable String change) throws SQLException {
    scene.inTarget(
        change == null
            ? "delete from analysis_job.reading where path = '%s'".formatted(path)
            : "update analysis_job.reading set %s where path = '%s'".formatted(change, path));
  }
}
