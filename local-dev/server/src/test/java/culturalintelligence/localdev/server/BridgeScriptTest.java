package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import culturalintelligence.persistence.postgres.DatabaseAddress;
import culturalintelligence.testkit.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The script for MetaCrate's side: the old names lead to the new rows, and back again. */
class BridgeScriptTest {
  private static final String TABLES =
      """
      create type mood as enum ('calm', 'loud');
      create table metacrate_tracks (
        id uuid primary key default gen_random_uuid(), file_path text not null, original_filename text,
        metacrate_classification jsonb, confidence_score float8, extraction_metadata jsonb,
        processing_timestamp timestamp default now());
      create table artists (name varchar(60) primary key, feels mood, plays numeric(6, 2));
      insert into metacrate_tracks (file_path) select 'X:\\Music\\' || n || '.mp3' from generate_series(1, 9) n;
      insert into artists values ('Lacroix', 'loud', 1.50);
      """;

  private static String script(String name) throws IOException {
    return Files.readString(
        TestDatabase.migrations().resolveSibling("metacrate").resolve("bridge").resolve(name));
  }

  private static Connection metacrate(Scene scene) throws SQLException {
    DatabaseAddress address = scene.sourceAddress().address();
    return DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
  }

  private static void run(Scene scene, String sql) throws SQLException {
    try (Connection connection = metacrate(scene);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> asked(Scene scene, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = metacrate(scene);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        rows.add(row.getString(1));
      }
    }
    return rows;
  }

  private static String settings(Scene scene, String redirect) {
    DatabaseAddress target = scene.targetAddress().address();
    return """
        set bridge.host = 'localhost'; set bridge.port = '%s'; set bridge.dbname = '%s';
        set bridge.username = '%s'; set bridge.password = '%s'; set bridge.redirect = '%s';
        set bridge.tables = 'public.metacrate_tracks, public.artists';
        """
        .formatted(
            target.jdbcUrl().replaceFirst(".*:(\\d+)/.*", "$1"),
            target.database(),
            target.user(),
            target.password(),
            redirect);
  }

  private static Scene ready() throws SQLException {
    Scene scene = Scene.of(TABLES);
    scene.copy();
    assertThat(scene.verify()).isEmpty();
    return scene;
  }

  @Test
  void theOldQueriesGiveTheSameRowsFromTheNewDatabase() throws Exception {
    try (Scene scene = ready()) {
      List<String> queries =
          List.of(
              "select t::text from metacrate_tracks t where file_path = 'X:\\Music\\7.mp3'",
              "select a::text from artists a where feels = 'loud'",
              "select count(*)::text from metacrate_tracks");
      List<List<String>> before = new ArrayList<>();
      for (String query : queries) {
        before.add(asked(scene, query));
      }

      run(scene, settings(scene, "on") + script("install.sql"));
      // So that nothing but the new side can have answered.
      run(
          scene,
          "alter table public.metacrate_tracks rename to gone; alter table public.artists rename to gone_too");

      for (int i = 0; i < before.size(); i++) {
        assertThat(asked(scene, queries.get(i))).isEqualTo(before.get(i));
      }
      assertThat(
              asked(
                  scene,
                  "select count(*)::text from pg_description where description like 'The rows of public.%answered by the Cultural Intelligence%'"))
          .containsExactly("2");
    }
  }

  @Test
  void theUndoLeavesNothingBehind() throws Exception {
    try (Scene scene = ready()) {
      String name = scene.sourceAddress().address().database();
      run(scene, "alter database %s set search_path = public, pg_temp".formatted(name));
      String state =
          """
          select string_agg(x, ' ' order by x) from (
            select 'n ' || nspname as x from pg_namespace where nspname !~ '^pg_(toast_)?temp' union all
            select 'e ' || extname from pg_extension union all select 's ' || srvname from pg_foreign_server union all
            select 'c ' || unnest(setconfig) from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
             where d.datname = current_database()) y
          """;
      List<String> before = asked(scene, state);

      run(scene, settings(scene, "on") + script("install.sql"));
      run(scene, settings(scene, "on") + script("install.sql"));
      assertThat(asked(scene, state)).isNotEqualTo(before);
      run(scene, script("undo.sql"));
      assertThat(asked(scene, state)).isEqualTo(before);
      run(scene, script("undo.sql"));

      assertThat(asked(scene, "select count(*)::text from metacrate_tracks")).containsExactly("9");
    }
  }

  @Test
  void whatIsMissingIsSaid() throws Exception {
    try (Scene scene = ready()) {
      assertThatThrownBy(() -> run(scene, script("install.sql")))
          .hasMessageContaining("bridge.host is not set");
      assertThatThrownBy(
              () ->
                  run(
                      scene,
                      settings(scene, "off")
                          + "set bridge.tables = 'public.albums';"
                          + script("install.sql")))
          .hasMessageContaining("there is no table public.albums");
      assertThat(asked(scene, "select count(*)::text from pg_foreign_server")).containsExactly("0");
    }
  }
}
