package culturalintelligence.persistence.verification;

import static culturalintelligence.persistence.verification.CanonicalServer.form;
import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.testkit.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page of the canonical form says what the server and Java do. */
class CanonicalVectorsTest {
  private static final Pattern FIELD =
      Pattern.compile("(?m)^\\| `([^`]+)` \\| `([^`]+)` \\| `([0-9a-f ]+)` \\|$");
  private static final Pattern ROW =
      Pattern.compile(
          "```sql\\n(SELECT uuid [^`]+)```\\s+```text\\n([0-9a-f\\n]+)```\\s+```text\\nsha256 ([0-9a-f]{64})\\n");

  private static TestDatabase database;
  private static String page;

  @BeforeAll
  static void start() throws IOException {
    database = TestDatabase.empty();
    page = Files.readString(page());
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @Test
  void everyFieldOfThePageIsWhatBothCompute() throws SQLException {
    List<MatchResult> vectors = FIELD.matcher(page).results().toList();
    assertThat(vectors).hasSizeGreaterThan(40);
    try (CanonicalServer server = CanonicalServer.pinned(database)) {
      for (MatchResult vector : vectors) {
        CanonicalSql.Supported form = form(vector.group(1));
        String from =
            "(SELECT CAST(%s AS %s) AS v) AS t".formatted(vector.group(2), vector.group(1));
        String expected = "00000001" + vector.group(3).replace(" ", "");

        assertThat(server.bytes(form, from)).as(vector.group()).isEqualTo(expected);
        assertThat(HexFormat.of().formatHex(server.row(form, from).bytes()))
            .as(vector.group())
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void theWholeRowOfThePageIsWhatBothCompute() throws SQLException {
    List<MatchResult> rows = ROW.matcher(page).results().toList();
    assertThat(rows).hasSize(1);
    String from = "(" + rows.getFirst().group(1) + ") AS t";
    CanonicalSql.Supported form =
        form(
            CanonicalColumn.named("id", "uuid"),
            CanonicalColumn.named("file_path", "text"),
            CanonicalColumn.named("original_filename", "text"),
            CanonicalColumn.named("metacrate_classification", "jsonb"),
            CanonicalColumn.named("confidence_score", "double precision"),
            CanonicalColumn.named("extraction_metadata", "jsonb"),
            CanonicalColumn.named("processing_timestamp", "timestamp without time zone"));
    try (CanonicalServer server = CanonicalServer.pinned(database)) {
      assertThat(server.bytes(form, from)).isEqualTo(rows.getFirst().group(2).replace("\n", ""));
      assertThat(server.digest(form, from)).isEqualTo(rows.getFirst().group(3));
      assertThat(server.row(form, from).digest()).hasToString(rows.getFirst().group(3));
    }
  }

  private static Path page() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path page = at.resolve("functions/verification/README.md");
      if (Files.exists(page)) {
        return page;
      }
    }
    throw new IllegalStateException(
        "no functions/verification/README.md above the working directory");
  }
}
