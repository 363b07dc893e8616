package culturalintelligence.persistence.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import culturalintelligence.persistence.postgres.Database;
import culturalintelligence.persistence.postgres.DatabaseAddress;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.testkit.database.TestDatabase;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableArchiveTest {
  private static final String RICH =
      """
      CREATE SCHEMA "Old Music";
      CREATE TYPE "Old Music".mood AS ENUM ('up', 'down');
      CREATE TABLE "Old Music".label (name text PRIMARY KEY);
      CREATE FUNCTION "Old Music".note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TABLE "Old Music"."Tra""cks" (
        id bigint GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 5),
        number serial,
        "Path" text COLLATE "C" NOT NULL,
        label text REFERENCES "Old Music".label ON DELETE SET NULL,
        mood "Old Music".mood DEFAULT 'up',
        bpm numeric(6,2) CHECK (bpm > 0),
        heard timestamptz DEFAULT now(),
        tags jsonb DEFAULT '{}',
        raw bytea,
        twice numeric GENERATED ALWAYS AS (bpm * 2) STORED,
        gone int,
        EXCLUDE USING btree (number WITH =),
        CONSTRAINT "the key" PRIMARY KEY (id)
      ) WITH (fillfactor = 70, autovacuum_enabled = false);
      ALTER TABLE "Old Music"."Tra""cks" DROP COLUMN gone;
      ALTER TABLE "Old Music"."Tra""cks" ALTER raw SET STORAGE EXTERNAL;
      CREATE INDEX lower_path ON "Old Music"."Tra""cks" (lower("Path")) WHERE bpm IS NOT NULL;
      CREATE UNIQUE INDEX by_path ON "Old Music"."Tra""cks" ("Path" DESC) INCLUDE (mood);
      ALTER TABLE "Old Music"."Tra""cks" REPLICA IDENTITY FULL;
      ALTER TABLE "Old Music"."Tra""cks" CLUSTER ON by_path;
      CREATE TRIGGER noted BEFORE INSERT ON "Old Music"."Tra""cks"
        FOR EACH ROW EXECUTE FUNCTION "Old Music".note();
      ALTER TABLE "Old Music"."Tra""cks" DISABLE TRIGGER noted;
      COMMENT ON TABLE "Old Music"."Tra""cks" IS 'it''s old';
      COMMENT ON COLUMN "Old Music"."Tra""cks"."Path" IS 'as Windows says it';
      GRANT SELECT ON "Old Music"."Tra""cks" TO PUBLIC;
      GRANT UPDATE (mood) ON "Old Music"."Tra""cks" TO pg_monitor WITH GRANT OPTION;
      INSERT INTO "Old Music".label VALUES ('L');
      INSERT INTO "Old Music"."Tra""cks" ("Path", label, bpm, tags, raw, heard) VALUES
        (E'X:\\\\M\\\\a\\tb\\nc.mp3', 'L', 125.5, '{"a": 1.0}', '\\x00ff', '2024-05-01 10:00:00.000001+02'),
        ('❷ e\u0301', NULL, NULL, NULL, NULL, 'infinity'), ('', NULL, 1, '"\\\\."', '', NULL);
      """;

  @TempDir Path folder;
  private final TestDatabase home = TestDatabase.empty();
  private Database database;
  private FolderPlace place;

  @BeforeEach
  void aDatabase() {
    database =
        new Database(DatabaseAddress.parse(home.url(), home.user(), home.password()), "test");
    place = new FolderPlace(folder.resolve("archive"));
  }

  @AfterEach
  void away() {
    home.close();
  }

  @Test
  void aDroppedTableComesBackAsItWas() throws Exception {
    home.execute(RICH);
    Object rows = rows();
    TableDefinition definition = definition("Tra\"cks");
    Manifest written = archive("Tra\"cks");
    home.execute("DROP TABLE \"Old Music\".\"Tra\"\"cks\"");
    restore();

    assertThat(written.rows()).isEqualTo(3);
    assertThat(rows()).isEqualTo(rows);
    assertThat(definition("Tra\"cks")).isEqualTo(definition);
    home.execute("INSERT INTO \"Old Music\".\"Tra\"\"cks\" (\"Path\") VALUES ('next')");
    assertThat(
            home.value(
                "SELECT id || '/' || number FROM \"Old Music\".\"Tra\"\"cks\" WHERE \"Path\" = 'next'"))
        .isEqualTo("115/4");
  }

  @Test
  void everyByteCounts() throws Exception {
    home.execute(
        "CREATE SCHEMA \"Old Music\"; CREATE TABLE \"Old Music\".t AS SELECT 1 AS a, 'x'::text AS b");
    archive("t");
    try (var files = Files.list(folder.resolve("archive"))) {
      for (Path file : files.toList()) {
        byte[] good = Files.readAllBytes(file);
        for (int i = 0; i < good.length; i++) {
          byte[] bad = good.clone();
          bad[i] ^= 1;
          Files.write(file, bad);
          assertThatThrownBy(() -> TableArchive.check(place))
              .as("byte %d of %s", i, file.getFileName())
              .isInstanceOf(ArchiveDamagedException.class);
        }
        byte[] shorter = Arrays.copyOf(good, good.length - 1);
        Files.write(file, shorter);
        assertThatThrownBy(() -> TableArchive.check(place))
            .isInstanceOf(ArchiveDamagedException.class);
        byte[] longer = Arrays.copyOf(good, good.length + 1);
        Files.write(file, longer);
        assertThatThrownBy(() -> TableArchive.check(place))
            .isInstanceOf(ArchiveDamagedException.class);
        Files.write(file, good);
      }
    }
    assertThat(TableArchive.check(place).rows()).isEqualTo(1);
  }

  @Test
  void aDamagedArchiveRestoresNothing() throws Exception {
    home.execute(
        "CREATE SCHEMA \"Old Music\"; CREATE TABLE \"Old Music\".t AS SELECT generate_series(1, 9) AS a");
    archive("t");
    home.execute("DROP TABLE \"Old Music\".t");
    Path rows = folder.resolve("archive/rows.copy.gz");
    byte[] bad = Files.readAllBytes(rows);
    bad[bad.length / 2] ^= 0x10;
    Files.write(rows, bad);

    assertThatThrownBy(this::restore).isInstanceOf(ArchiveDamagedException.class);
    assertThat(home.value("SELECT to_regclass('\"Old Music\".t')")).isNull();
  }

  @Test
  void anArchiveThatWasNotFinishedIsNone() throws Exception {
    home.execute("CREATE SCHEMA \"Old Music\"; CREATE TABLE \"Old Music\".t (a int)");
    archive("t");
    Files.delete(folder.resolve("archive/manifest.sha256"));

    assertThatThrownBy(() -> TableArchive.check(place)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void anArchiveIsNeverWrittenOver() throws Exception {
    home.execute("CREATE SCHEMA \"Old Music\"; CREATE TABLE \"Old Music\".t (a int)");
    archive("t");

    assertThatThrownBy(() -> archive("t")).isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void anEmptyTableAndOneWithoutColumnsToo() throws Exception {
    home.execute(
        "CREATE SCHEMA \"Old Music\"; CREATE TABLE \"Old Music\".t (); INSERT INTO \"Old Music\".t SELECT FROM generate_series(1, 3)");
    archive("t");
    home.execute("DROP TABLE \"Old Music\".t");
    restore();

    assertThat(home.number("SELECT count(*) FROM \"Old Music\".t")).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE \"Old Music\".t (a int) PARTITION BY RANGE (a)",
        "CREATE VIEW \"Old Music\".t AS SELECT 1 AS a",
        "CREATE TABLE \"Old Music\".t (a int); CREATE TABLE below () INHERITS (\"Old Music\".t)",
        "CREATE TABLE \"Old Music\".t (a int); ALTER TABLE \"Old Music\".t ENABLE ROW LEVEL SECURITY",
        "SELECT 1",
      })
  void whatCantBeDescribedWholeIsRefused(String sql) {
    home.execute("CREATE SCHEMA \"Old Music\"; " + sql);

    assertThatThrownBy(() -> archive("t")).isInstanceOf(TableDefinition.Unsupported.class);
    assertThat(folder.resolve("archive")).doesNotExist();
  }

  private Object rows() {
    return home.value(
        "SELECT array_agg(t::text ORDER BY id)::text FROM \"Old Music\".\"Tra\"\"cks\" t");
  }

  private Manifest archive(String table) throws SQLException, IOException {
    try (Connection snapshot = new SourceDatabase(database).snapshot()) {
      return TableArchive.write(snapshot, database.toString(), "Old Music", table, place);
    }
  }

  private TableDefinition definition(String table) throws SQLException {
    try (Connection snapshot = new SourceDatabase(database).snapshot()) {
      return TableDefinition.read(snapshot, "Old Music", table);
    }
  }

  private void restore() throws SQLException, IOException {
    try (Connection connection = database.open()) {
      connection.setAutoCommit(false);
      TableArchive.restore(connection, place);
      connection.commit();
    }
  }

  @Test
  void aDatabaseWithoutAnEncodingKeepsItsBytes() throws Exception {
    String name = home.url().substring(home.url().lastIndexOf('/') + 1) + "_bytes";
    home.execute(
        "CREATE DATABASE %s ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
            .formatted(name));
    Database bytes =
        new Database(
            DatabaseAddress.parse(home.url() + "_bytes", home.user(), home.password()), "test");
    try {
      try (Connection connection = bytes.open();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE public.t AS SELECT E'\\\\xe9\\\\xff'::text AS a");
        statement.execute("UPDATE public.t SET a = chr(233) || a");
      }
      try (Connection snapshot = new SourceDatabase(bytes).snapshot()) {
        TableArchive.write(snapshot, "bytes", "public", "t", place);
      }
      try (Connection connection = bytes.open();
          Statement statement = connection.createStatement()) {
        statement.execute("DROP TABLE public.t");
        connection.setAutoCommit(false);
        assertThat(TableArchive.restore(connection, place).rows()).isEqualTo(1);
        connection.commit();
      }
    } finally {
      home.execute("DROP DATABASE %s WITH (FORCE)".formatted(name));
    }
  }

  @Test
  void theManifestSaysWhatIsThere() throws Exception {
    home.execute("CREATE SCHEMA \"Old Music\"; CREATE TABLE \"Old Music\".t (a int, b text)");
    Manifest manifest = archive("t");

    assertThat(manifest.columns()).isEqualTo(List.of("a", "b"));
    assertThat(manifest.source()).doesNotContain(home.password() + "@");
    assertThat(manifest.before())
        .containsExactly("CREATE TABLE \"Old Music\".\"t\" (a integer, b text)");
  }
}
