package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.domain.migration.Progress;
import culturalintelligence.domain.verification.Difference;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** Rows that can't be carried are set aside whole; all others arrive. */
class QuarantineTest {
  private static final String BAD_LIBRARY =
      """
      create table artists (id int primary key, name text);
      insert into artists select g, 'Artist é ' || g from generate_series(1, 50) g;
      update artists set name = convert_from('\\x42f66a6f726b', 'SQL_ASCII') where id in (7, 31);
      create table music_log (line text);
      insert into music_log values ('good'), ('good'), (convert_from('\\xff', 'SQL_ASCII'));
      create table metacrate_tracks (id int primary key, file_path text not null, metacrate_classification json);
      insert into metacrate_tracks values
        (1, '/m/a.mp3', '{"artist":"A"}'),
        (2, convert_from('\\x2f6d2fe92e6d7033', 'SQL_ASCII'), '{"artist":"B"}'),
        (3, '/m/c.mp3', convert_from('\\x7b2261223a22e9227d', 'SQL_ASCII')::json);
      """;

  @Test
  void rowsWhoseBytesAreNoTextAreSetAsideAndTheRestArrives() throws SQLException {
    try (Scene scene = Scene.inEncoding("SQL_ASCII", BAD_LIBRARY)) {
      assertThat(scene.copy()).allMatch(CopyOutcome.Copied.class::isInstance);

      assertThat(
              scene.target(
                  "select s.table_name || ' ' || coalesce(q.key[1], '-') || ' ' || q.sql_state"
                      + " from migration.quarantine q join migration.source_table s on s.id = q.table_id order by 1"))
          .containsExactly(
              "artists 31 22021",
              "artists 7 22021",
              "metacrate_tracks 2 22021",
              "metacrate_tracks 3 22021",
              "music_log - 22021");
      assertThat(scene.target("select content::text from migration.quarantine where key = '{7}'"))
          .as("byte for byte, as COPY wrote it")
          .containsExactly("\\x370942f66a6f726b0a");
      assertThat(scene.target("select reason from migration.quarantine"))
          .allMatch(reason -> reason.contains("invalid byte sequence"));
      assertThat(scene.target("select count(*) from metacrate.artists")).containsExactly("48");
      assertThat(scene.target("select path from public.track")).containsExactly("/m/a.mp3");
      assertThat(scene.progress().rowsTotal()).isEqualTo(scene.progress().rowsDone()).isEqualTo(56);
      assertThat(scene.progress().quarantined()).isEqualTo(5);

      assertThat(scene.verify()).isEmpty();
      assertThat(scene.progress().phase()).isEqualTo(Progress.Phase.VERIFIED);
    }
  }

  @Test
  void aRowThatIsNeitherThereNorInQuarantineIsMissing() throws SQLException {
    try (Scene scene = Scene.inEncoding("SQL_ASCII", BAD_LIBRARY)) {
      scene.copy();
      scene.inTarget("delete from migration.quarantine where key = '{7}'");

      assertThat(scene.verify())
          .extracting(Difference::kind, Difference::table, d -> String.join(",", d.key()))
          .contains(
              org.assertj.core.groups.Tuple.tuple(Difference.Kind.MISSING, "public.artists", "7"))
          .anyMatch(t -> t.toList().getFirst() == Difference.Kind.CONSERVATION);
    }
  }

  @Test
  void aRowThatIsThereAlreadyIsNotDoubled() throws SQLException {
    try (Scene scene =
        Scene.of(
            """
            create table artists (id int primary key, name text);
            insert into artists select g, 'n' || g from generate_series(1, 100) g;
            """)) {
      scene.plan();
      scene.inTarget("insert into carried.artists (id, name, \"ci:chunk\") values (42, 'n42', 1)");

      assertThat(scene.copy()).containsExactly(new CopyOutcome.Copied(100, 0, bytesOf(scene)));
      assertThat(scene.target("select count(*) from carried.artists")).containsExactly("100");
      assertThat(scene.verify()).isEmpty();
    }
  }

  private static long bytesOf(Scene scene) throws SQLException {
    return scene.progress().bytesDone();
  }
}
