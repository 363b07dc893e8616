package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.Progress;
import culturalintelligence.domain.migration.Selection;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceReport;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.postgres.DatabaseAddress;
import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.source.SourceAssessment;
import culturalintelligence.persistence.source.SourceRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Every folder of {@code sql/scenarios} is a case: a source made by its {@code before.sql},
 * assessed, planned, copied, verified, and looked at. See the README there.
 */
@Execution(ExecutionMode.SAME_THREAD)
class ScenariosTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Everything in the source that a look at it must leave as it is. */
  private static final String CATALOGUE =
      """
      select string_agg(n.nspname || '.' || c.relname || c.relkind::text || c.relnatts, ',' order by n.nspname, c.relname)
             || (select count(*) from pg_proc) || (select count(*) from pg_type) || (select count(*) from pg_trigger)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname not like 'pg\\_%'
      """;

  @Test
  void thereAreFortyCasesAtLeast() throws IOException {
    assertThat(cases()).hasSizeGreaterThanOrEqualTo(40);
  }

  @TestFactory
  Stream<DynamicTest> everyCase() throws IOException {
    String some = System.getProperty("scenario", "");
    return cases().stream()
        .filter(folder -> String.valueOf(folder.getFileName()).startsWith(some))
        .map(
            folder ->
                DynamicTest.dynamicTest(String.valueOf(folder.getFileName()), () -> run(folder)));
  }

  private static List<Path> cases() throws IOException {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path folder = at.resolve("sql").resolve("scenarios");
      if (Files.isDirectory(folder)) {
        try (Stream<Path> folders = Files.list(folder)) {
          return folders.filter(Files::isDirectory).sorted().toList();
        }
      }
    }
    throw new IllegalStateException("no sql/scenarios above the working directory");
  }

  private static void run(Path folder) throws IOException, SQLException {
    String before = Files.readString(folder.resolve("before.sql"));
    assertThat(before).as("the first line says what the case is about").startsWith("-- ");
    assertThat(
            Files.exists(folder.resolve("expect.sql"))
                || Files.exists(folder.resolve("expect.json")))
        .as("a case says what it expects")
        .isTrue();
    Optional<String> role = directive(before, "reads as");
    try (Scene owner = Scene.inEncoding(directive(before, "encoding").orElse("UTF8"), "select 1")) {
      if (role.isPresent()) {
        owner.inSource(
            """
            do $$ begin
              if not exists (select from pg_roles where rolname = '%1$s') then
                create role %1$s login password 'r';
              end if;
            end $$
            """
                .formatted(role.get()));
      }
      owner.inSource(before);
      if (role.isEmpty()) {
        check(folder, owner, owner);
      } else {
        DatabaseAddress reader =
            DatabaseAddress.parse(owner.sourceDatabase.describe(), role.get(), "r");
        try (Scene scene = owner.readBy(reader)) {
          check(folder, owner, scene);
        }
      }
    }
  }

  /** A line such as {@code -- encoding: LATIN1}. */
  private static Optional<String> directive(String sql, String name) {
    String start = "-- " + name + ": ";
    return sql.lines()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()).strip())
        .findFirst();
  }

  private static void check(Path folder, Scene owner, Scene scene)
      throws IOException, SQLException {
    List<String> catalogue = owner.source(CATALOGUE);
    SourceReport report =
        new SourceAssessment(scene.sourceDatabase, scene.targetDatabase)
            .assess(Selection.DEFAULT, true);
    if (Files.exists(folder.resolve("after.sql"))) {
      copyWhilePeopleWrite(Files.readString(folder.resolve("after.sql")), scene);
    } else {
      copy(folder, scene);
    }
    assertThat(scene.verify()).as("differences").isEmpty();
    Progress progress = scene.progress();
    if (progress.tables().stream().anyMatch(t -> !t.mapping().equals("none"))) {
      assertThat(progress.phase()).isEqualTo(Progress.Phase.VERIFIED);
    }
    for (Progress.TableProgress table : progress.tables()) {
      if (!Files.exists(folder.resolve("after.sql"))) {
        assertThat(table.rowsDone()).as("rows of " + table.table()).isEqualTo(table.rowsTotal());
      }
    }
    compareAsText(scene, progress);
    if (Files.exists(folder.resolve("expect.json"))) {
      expectReport(
          JSON.readTree(Files.readString(folder.resolve("expect.json"))), report, progress, scene);
    }
    if (Files.exists(folder.resolve("expect.sql"))) {
      expectRows(Files.readString(folder.resolve("expect.sql")), scene);
    }
    if (Files.exists(folder.resolve("after.sql"))) {
      scene.installer().uninstall(scene.plan(), false);
    }
    assertThat(owner.source(CATALOGUE)).as("the source is as it was").isEqualTo(catalogue);
  }

  /** What changes while the run goes on: half of it before the last chunk, all of it drained. */
  private static void copyWhilePeopleWrite(String changes, Scene scene) throws SQLException {
    scene.plan();
    scene.capture();
    List<Chunk.Id> chunks = scene.plans.start(scene.plan());
    for (Chunk.Id chunk : chunks.subList(0, chunks.size() / 2)) {
      scene.worker().copy(chunk);
    }
    String[] parts = changes.split("(?m)^-- and after the last chunk$", 2);
    statements(parts[0], scene);
    scene.drainOnce();
    for (Chunk.Id chunk : chunks.subList(chunks.size() / 2, chunks.size())) {
      scene.worker().copy(chunk);
    }
    statements(parts.length == 2 ? parts[1] : parts[0], scene);
    scene.drain();
  }

  /** Each paragraph is one transaction of its own, in one session. */
  private static void statements(String sql, Scene scene) throws SQLException {
    try (Connection connection = scene.openSource();
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = public");
      for (String paragraph : sql.split("\\n\\s*\\n", -1)) {
        if (!paragraph.isBlank()) {
          statement.execute(paragraph);
        }
      }
    }
  }

  /** All chunks once, or those of {@code message.json} in its order. */
  private static void copy(Path folder, Scene scene) throws IOException, SQLException {
    Path message = folder.resolve("message.json");
    if (!Files.exists(message)) {
      scene.copy();
      return;
    }
    scene.plans.start(scene.plan());
    for (JsonNode chunk : JSON.readTree(Files.readString(message)).path("copy")) {
      scene.worker().copy(new Chunk.Id(scene.plan(), chunk.asInt()));
    }
  }

  /** A second comparison, by nothing of ours: the columns' plain text, row by row. */
  private static void compareAsText(Scene scene, Progress progress) throws SQLException {
    for (PlannedTable table : scene.plans.carriedTables(scene.plan())) {
      boolean whole =
          progress.tables().stream()
              .anyMatch(
                  t -> t.table().equals(table.source().qualifiedName()) && t.quarantined() == 0);
      if (whole) {
        String columns =
            table.source().columns().stream()
                .map(SourceColumn::name)
                .map(Sql::identifier)
                .map(c -> "coalesce(quote_literal(%s::text), 'NULL')".formatted(c))
                .collect(Collectors.joining(" || ',' || "));
        String rows = "select %s as r from %s";
        assertThat(scene.target(rows.formatted(columns, table.carried().view())))
            .as(table.source().qualifiedName())
            .containsExactlyInAnyOrderElementsOf(
                scene.source(rows.formatted(columns, new SourceRows(table.source()).from())));
      }
    }
  }

  private static void expectReport(
      JsonNode expected, SourceReport report, Progress progress, Scene scene) throws SQLException {
    for (var entry : expected.path("tables").properties()) {
      SourceReport.Table table =
          report.tables().stream()
              .filter(t -> t.table().equals(entry.getKey()))
              .findFirst()
              .orElseThrow(() -> new AssertionError("no table " + entry.getKey()));
      JsonNode wanted = entry.getValue();
      if (wanted.has("verdict")) {
        assertThat(table.verdict().name())
            .as(table.toString())
            .isEqualTo(wanted.path("verdict").asText());
      }
      if (wanted.has("mapping")) {
        assertThat(table.mapping()).as(table.toString()).isEqualTo(wanted.path("mapping").asText());
      }
      if (wanted.has("key")) {
        assertThat(table.key()).isEqualTo(texts(wanted.path("key")));
      }
      if (wanted.has("rows")) {
        assertThat(table.rows()).isEqualTo(wanted.path("rows").asLong());
      }
      for (String reason : texts(wanted.path("reasons"))) {
        assertThat(String.join("\n", table.reasons())).contains(reason);
      }
      for (String note : texts(wanted.path("notes"))) {
        assertThat(String.join("\n", table.notes())).contains(note);
      }
      if (wanted.has("quarantined")) {
        assertThat(progress.tables())
            .filteredOn(t -> t.table().equals(entry.getKey()))
            .extracting(Progress.TableProgress::quarantined)
            .containsExactly(wanted.path("quarantined").asLong());
        assertThat(table.unreadable())
            .as("the assessment counted them before")
            .isEqualTo(wanted.path("quarantined").asLong());
      }
    }
    for (var other : expected.path("others").properties()) {
      assertThat(report.others())
          .anyMatch(
              o -> o.name().equals(other.getKey()) && o.kind().equals(other.getValue().asText()));
    }
    for (String warning : texts(expected.path("warnings"))) {
      assertThat(String.join("\n", report.warnings())).contains(warning);
    }
    assertThat(scene.plan()).isPositive();
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(node -> texts.add(node.asText()));
    return texts;
  }

  /** A query over the target: what is looked at, what is expected, what was found. */
  private static void expectRows(String sql, Scene scene) throws SQLException {
    int rows = 0;
    try (Connection connection = scene.openTarget();
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = public");
      try (ResultSet row = statement.executeQuery(sql)) {
        while (row.next()) {
          assertThat(row.getString("found"))
              .as(row.getString("what"))
              .isEqualTo(row.getString("expected"));
          rows++;
        }
      }
    }
    assertThat(rows).as("expect.sql looked at something").isPositive();
  }
}
