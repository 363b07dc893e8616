package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.migration.Progress;
import culturalintelligence.domain.verification.Difference;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each fault that is planted is named where it is; mended, nothing is said any more. */
class VerificationTest {
  private static final String LIBRARY =
      """
      create table metacrate_tracks (id uuid primary key, file_path text not null, original_filename text,
        metacrate_classification jsonb, confidence_score float8, extraction_metadata jsonb,
        processing_timestamp timestamp default now());
      insert into metacrate_tracks
        select md5(g::text)::uuid, 'X:\\Music\\' || g % 90 || '.mp3', 'é', jsonb_build_object('artist', 'A' || g, 'bpm', 120.5 + g,
               'track_name', 'T', 'musical_key', '8A', 'remix_info', 'Extended Mix'),
               0.123456789012345, jsonb_build_object('file_hash', md5(g::text) || md5('x'), 'apID', 'someone@example.org'),
               timestamp '2024-01-01 00:00:00.000001' + g * interval '1 day'
          from generate_series(1, 100) g;
      create table music_log (line text);
      insert into music_log select 'line ' || g % 5 from generate_series(1, 20) g;
      """;

  private static Scene scene;

  @BeforeAll
  static void aMigratedLibrary() throws SQLException {
    scene = Scene.of(LIBRARY);
    scene.copy();
  }

  @AfterAll
  static void close() {
    scene.close();
  }

  @Test
  void twoRowsOfOnePathAreOneTrackAndTwoRowsOfTheView() throws SQLException {
    assertThat(scene.target("select count(*) from public.track")).containsExactly("90");
    assertThat(
            scene.target(
                "select count(*) from metacrate.metacrate_tracks where file_path = 'X:\\Music\\7.mp3'"))
        .containsExactly("2");
  }

  @Test
  void whatWasNotComparedIsUnknownAndNotZero() throws SQLException {
    try (Scene fresh = Scene.of(LIBRARY)) {
      assertThat(fresh.progress().phase()).isEqualTo(Progress.Phase.PLANNED);
      fresh.copy();
      assertThat(fresh.progress().phase()).isEqualTo(Progress.Phase.VERIFYING);
      assertThat(fresh.progress().differences()).isNull();
      assertThat(fresh.progress().checkedAt()).isNull();
      assertThat(fresh.progress().tables()).allMatch(t -> t.differences() == null);

      assertThat(fresh.verify()).isEmpty();
      assertThat(fresh.progress().phase()).isEqualTo(Progress.Phase.VERIFIED);
      assertThat(fresh.progress().differences()).isZero();

      fresh.plans.askForVerification(fresh.plan());
      assertThat(fresh.progress().phase()).isEqualTo(Progress.Phase.VERIFYING);
      assertThat(fresh.progress().differences()).isNull();
      assertThat(fresh.progress().checkedAt()).isNull();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          a typed artist     ; TYPED_VALUE ; metacrate_tracks ; classification.artist    ; update public.classification set artist = 'Z' where artist = 'A5'
          a typed tempo      ; TYPED_VALUE ; metacrate_tracks ; classification.bpm       ; update public.classification set bpm = bpm + 0.01 where artist = 'A5'
          a value in JSON    ; RESIDUE     ; metacrate_tracks ; metacrate_classification ; update carried.metacrate_tracks set metacrate_classification = metacrate_classification || '{"label":"new"}' where confidence_score is not null and metacrate_classification->>'artist' = 'A5'
          a microsecond      ; RESIDUE     ; metacrate_tracks ; processing_timestamp     ; update carried.metacrate_tracks set processing_timestamp = processing_timestamp + interval '1 microsecond' where metacrate_classification->>'artist' = 'A5'
          NULL for empty     ; RESIDUE     ; metacrate_tracks ; original_filename        ; update carried.metacrate_tracks set original_filename = null where metacrate_classification->>'artist' = 'A5'
          a track's path     ; CHANGED     ; metacrate_tracks ; file_path                ; update public.track set path = path || 'x' where file_name = '50.mp3'
          a deleted row      ; MISSING     ; metacrate_tracks ;                          ; delete from carried.metacrate_tracks where metacrate_classification->>'artist' = 'A5'
          a rogue row        ; ROGUE       ; metacrate_tracks ;                          ; insert into carried.metacrate_tracks (id, "ci:track", "ci:chunk") select md5('r')::uuid, "ci:track", "ci:chunk" from carried.metacrate_tracks limit 1
          a row of no chunk  ; ROGUE       ; metacrate_tracks ;                          ; insert into carried.metacrate_tracks (id, "ci:track", "ci:chunk") select md5('r')::uuid, "ci:track", 77 from carried.metacrate_tracks limit 1
          a rogue track      ; TYPED_ROW   ; metacrate_tracks ; track                    ; insert into public.track (path_digest, match_digest, path, folder, file_name, extension, origin) values (md5('r')::uuid, md5('r')::uuid, 'r', '', 'r', '', 'migrated')
          a lost typed row   ; TYPED_ROW   ; metacrate_tracks ; classification           ; delete from public.classification where artist = 'A5'
          a rogue typed row  ; TYPED_ROW   ; metacrate_tracks ; classification           ; insert into public.classification (id, path_digest, origin, needs_review, method, decided_at) select md5('r')::uuid, path_digest, 'metacrate', true, 'migration', now() from public.track limit 1
          a doubled row      ; DOUBLED     ; music_log        ;                          ; insert into carried.music_log select line, "ci:chunk", "ci:row" + 1000 from carried.music_log limit 1
          a changed log line ; MISSING     ; music_log        ;                          ; update carried.music_log set line = 'other' where "ci:row" = 3
          """)
  void aPlantedFaultIsNamedAndAMendedOneIsNot(
      String fault, Difference.Kind kind, String table, String column, String plant)
      throws SQLException {
    for (String name :
        new String[] {
          "carried.metacrate_tracks", "carried.music_log", "public.track", "public.classification"
        }) {
      scene.inTarget("create table public.\"saved %s\" as select * from %s".formatted(name, name));
    }
    scene.inTarget(plant);

    assertThat(scene.verify())
        .as(fault)
        .anySatisfy(
            d -> {
              assertThat(d.kind()).isEqualTo(kind);
              assertThat(d.table()).isEqualTo("public." + table);
              assertThat(d.column()).isEqualTo(column);
              if (kind != Difference.Kind.TYPED_ROW) {
                assertThat(d.key()).hasSize(1);
              }
            });
    assertThat(scene.progress().phase()).isEqualTo(Progress.Phase.DIFFERS);

    scene.inTarget(
        "set session_replication_role = replica;"
            + restore("public.track")
            + restore("public.classification")
            + restore("carried.metacrate_tracks")
            + restore("carried.music_log"));
    assertThat(scene.verify()).isEmpty();
    assertThat(scene.progress().phase()).isEqualTo(Progress.Phase.VERIFIED);
  }

  private static String restore(String name) {
    return "delete from %1$s; insert into %1$s overriding system value select * from public.\"saved %1$s\"; drop table public.\"saved %1$s\";"
        .formatted(name);
  }
}
