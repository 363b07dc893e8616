package culturalintelligence.localdev.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import culturalintelligence.testkit.audio.SampleAudio;
import culturalintelligence.testkit.database.TestDatabase;
import culturalintelligence.testkit.lambda.PackagedFunction;
import culturalintelligence.testkit.lambda.PackagedFunction.Kind;
import culturalintelligence.testkit.lambda.Sandbox;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The native executables answer as the JVM does, field by field: what a native image leaves out
 * (classes found by name, charsets, time zones) is missing silently.
 *
 * <p>{@code -Dgolden.audio=DIR} compares the files below DIR too.
 */
class GoldenTest {
  /** What a clock says, or a sequence that has run before. */
  private static final Set<String> VOLATILE =
      Set.of("response_time_ms", "timestamp", "processed_at");

  @TempDir static Path music;

  private long compared;
  private final List<String> differences = new ArrayList<>();

  @Test
  void everyAudioFileGetsTheSameAnswer() throws IOException {
    Optional<PackagedFunction> jvm = Built.find("analysis", Kind.JVM);
    Optional<PackagedFunction> executable = Built.find("analysis", Kind.NATIVE);
    if (jvm.isEmpty() || executable.isEmpty()) {
      return;
    }
    SampleAudio.write(music);
    int files = answers(jvm.get(), executable.get(), music);
    String more = System.getProperty("golden.audio");
    if (more != null && !more.isBlank()) {
      files += answers(jvm.get(), executable.get(), Path.of(more));
    }
    System.out.printf(
        "[golden] analysis: %d files, %d fields compared, differences %d%n",
        files, compared, differences.size());
    assertThat(differences).isEmpty();
    assertThat(compared).isGreaterThan(files * 20L);
  }

  private int answers(PackagedFunction jvm, PackagedFunction executable, Path folder)
      throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    try (TestDatabase one = TestDatabase.migrated();
        TestDatabase other = TestDatabase.migrated();
        Sandbox left = Sandbox.ready(jvm, AnalysisOnLambdaTest.environment(one, folder));
        Sandbox right =
            Sandbox.ready(executable, AnalysisOnLambdaTest.environment(other, folder))) {
      for (Path file : files) {
        LambdaCall.Reply expected = LambdaCall.analyse(left, file.toString());
        LambdaCall.Reply answered = LambdaCall.analyse(right, file.toString());
        String name = file.getFileName().toString();
        value(name + " status", expected.status(), answered.status());
        fields(name, expected.body(), answered.body());
      }
      for (String path : List.of("/api/v3.2/stats", "/api/v3.2/duplicates", "/api/v3.2/nothing")) {
        LambdaCall.Reply expected = LambdaCall.get(left, path);
        LambdaCall.Reply answered = LambdaCall.get(right, path);
        value(path, expected.status(), answered.status());
        if (!path.endsWith("stats")) {
          fields(path, expected.body(), answered.body());
        }
      }
    }
    return files.size();
  }

  @Test
  void everyRowOfTheSampleIsCarriedTheSameWay() throws Exception {
    Optional<PackagedFunction> jvm = Built.find("migration", Kind.JVM);
    Optional<PackagedFunction> executable = Built.find("migration", Kind.NATIVE);
    if (jvm.isEmpty() || executable.isEmpty()) {
      return;
    }
    try (Library expected = Library.of(2000);
        Library answered = expected.again()) {
      copy(jvm.get(), expected);
      copy(executable.get(), answered);
      int rows = 0;
      int tables = 0;
      for (String table : tables(expected.target)) {
        List<JsonNode> left = rows(expected.target, table);
        List<JsonNode> right = rows(answered.target, table);
        value(table + " rows", left.size(), right.size());
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
          fields(table + " " + i, left.get(i), right.get(i));
        }
        rows += left.size();
        tables++;
      }
      System.out.printf(
          "[golden] migration: %d rows of %d tables, %d fields compared, differences %d%n",
          rows, tables, compared, differences.size());
      assertThat(differences).isEmpty();
      assertThat(rows).isGreaterThan(8000);
    }
  }

  private static void copy(PackagedFunction function, Library library) {
    try (Sandbox sandbox = Sandbox.ready(function, library.environment())) {
      for (String message : library.messages()) {
        assertThat(LambdaCall.failuresOf(sandbox, message)).as(sandbox.log()).isEmpty();
      }
    }
  }

  /** Where rows are carried to: not the ledger, which tells of times and workers. */
  private static List<String> tables(TestDatabase database) throws SQLException {
    List<String> tables = new ArrayList<>();
    each(
        database,
        """
        select format('%I.%I', n.nspname, c.relname)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and (n.nspname = 'carried' or n.nspname = 'public')
          and c.relname not like 'api_request%' and c.relname not like 'flyway%'
        order by 1""",
        tables::add);
    return tables;
  }

  private static List<JsonNode> rows(TestDatabase database, String table) throws SQLException {
    List<JsonNode> rows = new ArrayList<>();
    each(
        database,
        """
        select row from (
          select (to_jsonb(t) - 'id' - 'first_seen' - 'last_seen' - 'updated')::text as row from %s t) r
        order by 1 collate "C\""""
            .formatted(table),
        row -> rows.add(LambdaCall.json(row)));
    return rows;
  }

  private interface Taker {
    void take(String text);
  }

  private static void each(TestDatabase database, String sql, Taker taker) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        taker.take(row.getString(1));
      }
    }
  }

  private void fields(String at, JsonNode expected, JsonNode answered) {
    if (expected.isObject() && answered.isObject()) {
      TreeMap<String, JsonNode> names = new TreeMap<>();
      expected.properties().forEach(f -> names.put(f.getKey(), f.getValue()));
      answered.properties().forEach(f -> names.put(f.getKey(), f.getValue()));
      for (String name : names.keySet()) {
        if (!VOLATILE.contains(name)) {
          fields(at + "." + name, expected.path(name), answered.path(name));
        }
      }
    } else if (expected.isArray() && answered.isArray() && expected.size() == answered.size()) {
      for (int i = 0; i < expected.size(); i++) {
        fields(at + "[" + i + "]", expected.get(i), answered.get(i));
      }
    } else {
      value(at, expected, answered);
    }
  }

  private void value(String at, Object expected, Object answered) {
    compared++;
    if (!expected.equals(answered)) {
      differences.add("%s: JVM %s, native %s".formatted(at, expected, answered));
    }
  }
}
