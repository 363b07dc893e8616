package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import culturalintelligence.domain.migration.Progress;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.persistence.archive.FolderPlace;
import culturalintelligence.persistence.archive.TableArchive;
import culturalintelligence.persistence.verification.EvidenceBundles;
import culturalintelligence.persistence.verification.Repairs;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was found wrong is mended and written down; what was found right can be shown again. */
class RepairAndEvidenceTest {
  private static final String LIBRARY =
      """
      create table metacrate_tracks (id int primary key, file_path text not null, original_filename text,
        metacrate_classification jsonb, processing_timestamp timestamp default '2024-01-01');
      insert into metacrate_tracks (id, file_path, original_filename, metacrate_classification)
        select g, '/m/' || g || '.mp3', g || '.mp3', jsonb_build_object('artist', 'A' || g) from generate_series(1, 60) g;
      create table artists (id int primary key, name text);
      insert into artists select g, 'artist ' || g from generate_series(1, 60) g;
      create table music_log (line text);
      insert into music_log select 'line ' || g from generate_series(1, 20) g;
      """;

  private static Repairs repairs(Scene scene) {
    return new Repairs(scene.targetDatabase, scene.plans, scene.progress, scene.comparisons());
  }

  private static EvidenceBundles bundles(Scene scene) {
    return new EvidenceBundles(
        scene.sourceDatabase, scene.targetDatabase, scene.plans, scene.progress);
  }

  private static Scene verified() throws SQLException {
    Scene scene = Scene.of(LIBRARY);
    scene.copy();
    assertThat(scene.verify()).isEmpty();
    return scene;
  }

  @Test
  void whatDiffersIsBroughtToTheSourcesStateAndWrittenDown() throws SQLException {
    try (Scene scene = verified()) {
      scene.inTarget(
          """
          update carried.artists set name = 'X' where id = 3;
          delete from carried.artists where id = 4;
          insert into carried.artists (id, name, "ci:chunk") select 99, 'rogue', "ci:chunk" from carried.artists where id = 5;
          update carried.metacrate_tracks set original_filename = null where id = 6;
          update carried.metacrate_tracks set "ci:chunk" = 4711 where id = 7;
          update public.classification set artist = 'Z' where artist = 'A8';
          delete from public.classification where artist = 'A9';
          update public.track set folder = 'elsewhere' where path = '/m/10.mp3';
          update carried.music_log set line = 'other' where line = 'line 3';
          """);
      assertThat(scene.verify()).isNotEmpty();
      List<Repairs.Item> items = repairs(scene).list(scene.plan(), false);
      assertThat(items)
          .filteredOn(i -> i.action() == Repairs.Action.APPLY)
          .extracting(Repairs.Item::key)
          .contains(
              List.of("3"),
              List.of("4"),
              List.of("99"),
              List.of("6"),
              List.of("7"),
              List.of("8"),
              List.of("9"),
              List.of("10"));
      assertThat(scene.target("select * from migration.redo"))
          .as("a list changes nothing")
          .isEmpty();

      repairs(scene).send(scene.plan(), false);
      scene.drainOnce();
      assertThat(repairs(scene).settle(scene.plan()))
          .filteredOn(r -> !r.state().equals("LEFT"))
          .isNotEmpty()
          .allMatch(r -> r.state().equals("EQUAL"))
          .allMatch(r -> r.was().contains("kind"));
      assertThat(scene.verify()).isEmpty();
      assertThat(scene.progress().phase()).isEqualTo(Progress.Phase.VERIFIED);
    }
  }

  @Test
  void whatAPersonValidatedIsLeftUnlessSomebodySaysOtherwise() throws SQLException {
    try (Scene scene = verified()) {
      scene.inTarget(
          """
          insert into public.classification (id, path_digest, origin, artist, human_validated, needs_review, method, decided_at)
            select gen_random_uuid(), path_digest, 'human', 'Said by a person', true, false, 'human', now()
              from public.track where path = '/m/6.mp3';
          update carried.metacrate_tracks set original_filename = null where id in (6, 7);
          """);
      scene.verify();
      repairs(scene).send(scene.plan(), false);
      scene.drainOnce();
      repairs(scene).settle(scene.plan());

      assertThat(scene.verify()).extracting(Difference::key).containsExactly(List.of("6"));
      assertThat(scene.target("select done from migration.repair where key = '{6}'"))
          .containsExactly("a person validated its track");

      repairs(scene).send(scene.plan(), true);
      scene.drainOnce();
      assertThat(scene.verify()).isEmpty();
      assertThat(scene.target("select artist from public.classification where origin = 'human'"))
          .containsExactly("Said by a person");
    }
  }

  @Test
  void aBundleIsComputedAgainFromBothDatabases() throws SQLException, IOException {
    try (Scene scene = verified()) {
      String bundle = bundles(scene).make(scene.plan());
      assertThat(bundle).contains("\"verdict\":\"VERIFIED\"");

      EvidenceBundles.Check check = bundles(scene).check(bundle, table -> null);
      assertThat(check.intact()).isTrue();
      assertThat(check.result()).isEqualTo(EvidenceBundles.Result.EQUAL);
      assertThat(check.tables()).hasSize(6);

      assertThat(bundles(scene).check(bundle.replace("VERIFIED", "verified"), t -> null).result())
          .as("a changed bundle")
          .isEqualTo(EvidenceBundles.Result.DIFFERS);
      assertThatThrownBy(() -> bundles(scene).check("{}", t -> null))
          .isInstanceOf(IllegalArgumentException.class);

      scene.inTarget("update carried.artists set name = 'X' where id = 3");
      EvidenceBundles.Check later = bundles(scene).check(bundle, table -> null);
      assertThat(later.intact()).isTrue();
      assertThat(later.tables())
          .filteredOn(t -> t.result() == EvidenceBundles.Result.DIFFERS)
          .singleElement()
          .satisfies(
              t -> {
                assertThat(t.table()).isEqualTo("public.artists");
                assertThat(t.against()).isEqualTo("target");
                assertThat(t.buckets()).hasSize(1);
              });
    }
  }

  @Test
  void aTableThatIsGoneIsComputedFromItsArchive(@TempDir Path folder)
      throws SQLException, IOException {
    try (Scene scene = verified()) {
      String bundle = bundles(scene).make(scene.plan());
      FolderPlace place = new FolderPlace(folder.resolve("public.artists"));
      try (Connection snapshot = scene.sourceDatabase.snapshot()) {
        TableArchive.write(snapshot, "test", "public", "artists", place);
      }
      scene.inSource("drop table artists");

      assertThat(bundles(scene).check(bundle, table -> null).result())
          .as("gone, and no archive")
          .isEqualTo(EvidenceBundles.Result.COULD_NOT);
      EvidenceBundles.Check check =
          bundles(scene).check(bundle, t -> t.equals("public.artists") ? place : null);
      assertThat(check.result()).isEqualTo(EvidenceBundles.Result.EQUAL);
      assertThat(check.tables()).anySatisfy(t -> assertThat(t.against()).isEqualTo("archive"));
      assertThat(scene.target("select to_regclass('public.artists') is null"))
          .as("nothing is left of it")
          .containsExactly("t");
    }
  }

  @Test
  void aComparisonGoesStale() throws SQLException {
    try (Scene scene = verified()) {
      scene.inTarget(
          """
          update migration.chunk set checked_at = checked_at - interval '25 hours';
          update migration.source_table set checked_at = checked_at - interval '25 hours';
          update migration.run set verify_asked_at = verify_asked_at - interval '25 hours';
          """);
      assertThat(scene.progress().phase()).isEqualTo(Progress.Phase.STALE);
      scene.inTarget("update migration.run set stale_after = '48 hours'");
      assertThat(scene.progress().phase()).isEqualTo(Progress.Phase.VERIFIED);
    }
  }

  @Test
  void nothingCarriedIsNothingVerified() throws SQLException {
    try (Scene scene = Scene.of("create table odd_tracks (id int primary key, p regclass)")) {
      scene.copy();
      assertThat(scene.verify()).isEmpty();
      assertThat(scene.progress().phase()).isEqualTo(Progress.Phase.STUCK);
      assertThat(scene.progress().failure()).contains("no music table that can be carried");
    }
  }
}
