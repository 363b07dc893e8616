package culturalintelligence.persistence.verification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.Progress;
import culturalintelligence.domain.verification.BucketSum;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.persistence.archive.ArchivePlace;
import culturalintelligence.persistence.archive.Manifest;
import culturalintelligence.persistence.archive.TableArchive;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.ledger.ProgressLedger;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.postgres.TargetDatabase;
import culturalintelligence.persistence.source.SourceRows;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What can be shown to somebody else: one document a run, with a digest over itself, whose sums
 * anybody can compute again from either database, or from the archive of a table that is gone. The
 * fields are described in functions/verification/README.md.
 */
@ApplicationScoped
public class EvidenceBundles {
  static final String FORMAT = "cultural-intelligence-evidence/1";
  private static final int BUCKETS = 256;
  private static final int MOST_DIFFERENCES = 10_000;
  private static final ObjectMapper JSON =
      new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

  private final SourceDatabase source;
  private final TargetDatabase target;
  private final PlanLedger plans;
  private final ProgressLedger progress;

  public EvidenceBundles(
      SourceDatabase source, TargetDatabase target, PlanLedger plans, ProgressLedger progress) {
    this.source = source;
    this.target = target;
    this.plans = plans;
    this.progress = progress;
  }

  /** Makes a bundle of the run as it is now, and keeps it. */
  public String make(long plan) throws SQLException {
    Progress now = progress.progress(plan).orElseThrow();
    Map<String, @Nullable Object> bundle = new TreeMap<>();
    bundle.put("format", FORMAT);
    bundle.put("run", plan);
    bundle.put("made_at", now.takenAt().toString());
    bundle.put("source", source.describe());
    bundle.put("target", target.describe());
    bundle.put("verdict", now.phase().name());
    bundle.put("checked_at", now.checkedAt() == null ? null : now.checkedAt().toString());
    bundle.put("versions", versions(plan));
    List<Object> tables = new ArrayList<>();
    long started = System.nanoTime();
    for (PlannedTable table : plans.carriedTables(plan)) {
      tables.add(table(table));
    }
    bundle.put("tables", tables);
    bundle.put("not_carried", notCarried(now));
    bundle.put("quarantine", quarantine(plan));
    bundle.put("differences", differences(plan));
    bundle.put("differences_total", now.differences());
    Map<String, @Nullable Object> timings = new TreeMap<>();
    timings.put("evidence_millis", (System.nanoTime() - started) / 1_000_000);
    timings.put("planned_and_started", times(plan));
    bundle.put("timings", timings);
    String digest = digest(bundle);
    bundle.put("sha256", digest);
    String text = write(bundle);
    try (Connection connection = target.open();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO migration.evidence (run_id, digest, bundle) VALUES (?, ?, ?)")) {
      insert.setLong(1, plan);
      insert.setString(2, digest);
      insert.setString(3, text);
      insert.executeUpdate();
    }
    return text;
  }

  /** The newest bundle of the run. */
  public Optional<String> newest(long plan) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT bundle FROM migration.evidence WHERE run_id = ? ORDER BY id DESC LIMIT 1")) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    }
  }

  private Map<String, @Nullable Object> versions(long plan) throws SQLException {
    Map<String, @Nullable Object> versions = new TreeMap<>();
    versions.put("canonical_form", 1);
    versions.put("mapping", Mapping.VERSION);
    try (Connection was = source.snapshot();
        Connection is = target.snapshot()) {
      versions.put("source_server", text(was, "SHOW server_version"));
      versions.put("target_server", text(is, "SHOW server_version"));
      versions.put(
          "planned_mapping",
          text(is, "SELECT mapping_version::text FROM migration.run WHERE id = " + plan));
    }
    return versions;
  }

  private Map<String, @Nullable Object> table(PlannedTable planned) throws SQLException {
    ComparedTable table = new ComparedTable(planned);
    Map<String, @Nullable Object> evidence = new TreeMap<>();
    evidence.put("table", table.name());
    evidence.put("mapping", planned.mapping().name());
    evidence.put("key", planned.source().key());
    evidence.put(
        "columns",
        planned.source().columns().stream()
            .map(column -> List.of(column.name(), column.type()))
            .toList());
    try (Sides sides = Sides.open(source, target)) {
      Map<String, @Nullable Object> snapshots = new TreeMap<>();
      snapshots.put("source", text(sides.source(), "SELECT txid_current_snapshot()::text"));
      snapshots.put("target", text(sides.target(), "SELECT txid_current_snapshot()::text"));
      evidence.put("snapshots", snapshots);
      TableComparison.Counted counted = new TableComparison(sides, table).count();
      Map<String, @Nullable Object> rows = new TreeMap<>();
      rows.put("source", counted.source());
      rows.put("migrated", counted.migrated());
      rows.put("quarantined", counted.quarantined());
      rows.put("waiting", counted.waiting());
      evidence.put("rows", rows);
      if (SourceRows.mayHoldAnyBytes(sides.source())) {
        evidence.put("sums", null);
        evidence.put("no_sums", "the source's database has no encoding (SQL_ASCII)");
      } else {
        Sides.Both<Map<Long, BucketSum>, Map<Long, BucketSum>> sums =
            sides.both(
                connection -> BucketScan.sums(connection, table, table.rows().from(), BUCKETS),
                connection -> BucketScan.sums(connection, table, table.carried().rows(), BUCKETS));
        evidence.put("buckets", BUCKETS);
        evidence.put("source_sums", listed(sums.source()));
        evidence.put("target_sums", listed(sums.target()));
      }
    }
    return evidence;
  }

  private static List<List<String>> listed(Map<Long, BucketSum> sums) {
    List<List<String>> list = new ArrayList<>();
    new TreeMap<>(sums)
        .forEach(
            (number, sum) ->
                list.add(
                    List.of(
                        Long.toString(number),
                        Long.toString(sum.rows()),
                        sum.sum1().toString(),
                        sum.sum2().toString())));
    return list;
  }

  private static List<Map<String, @Nullable Object>> notCarried(Progress now) {
    List<Map<String, @Nullable Object>> tables = new ArrayList<>();
    for (Progress.TableProgress table : now.tables()) {
      if (table.mapping().equals("none")) {
        Map<String, @Nullable Object> one = new TreeMap<>();
        one.put("table", table.table());
        one.put("reasons", table.reasons());
        tables.add(one);
      }
    }
    return tables;
  }

  /** Whole rows are personal; their digests say as much to who has them. */
  private List<Map<String, @Nullable Object>> quarantine(long plan) throws SQLException {
    return rows(
        """
        SELECT s.schema_name || '.' || s.table_name AS "table", q.key, q.sql_state, q.reason,
               encode(sha256(q.content), 'hex') AS content_sha256
          FROM migration.quarantine q JOIN migration.source_table s ON s.id = q.table_id
         WHERE q.run_id = ? ORDER BY q.id
        """,
        plan);
  }

  private List<Map<String, @Nullable Object>> differences(long plan) throws SQLException {
    List<Map<String, @Nullable Object>> list = new ArrayList<>();
    for (Difference difference : progress.differences(plan, MOST_DIFFERENCES)) {
      Map<String, @Nullable Object> one = new TreeMap<>();
      one.put("table", difference.table());
      one.put("kind", difference.kind().name());
      one.put("verdict", difference.verdict().name());
      one.put("key", difference.key());
      one.put("column", difference.column());
      one.put("path", difference.path());
      one.put("how", difference.how() == null ? null : difference.how().name());
      one.put("source_value", difference.sourceValue());
      one.put("target_value", difference.targetValue());
      list.add(one);
    }
    return list;
  }

  private List<Map<String, @Nullable Object>> times(long plan) throws SQLException {
    return rows(
        """
        SELECT r.planned_at::text, r.started_at::text, r.verify_asked_at::text,
               (SELECT min(copied_at)::text FROM migration.chunk c WHERE c.run_id = r.id) AS first_copied,
               (SELECT max(copied_at)::text FROM migration.chunk c WHERE c.run_id = r.id) AS last_copied,
               (SELECT min(checked_at)::text FROM migration.chunk c WHERE c.run_id = r.id) AS first_checked,
               (SELECT max(checked_at)::text FROM migration.chunk c WHERE c.run_id = r.id) AS last_checked
          FROM migration.run r WHERE r.id = ?
        """,
        plan);
  }

  private List<Map<String, @Nullable Object>> rows(String sql, long plan) throws SQLException {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    try (Connection connection = target.open();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          Map<String, @Nullable Object> one = new TreeMap<>();
          for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
            java.sql.Array array =
                row.getMetaData().getColumnType(i) == java.sql.Types.ARRAY ? row.getArray(i) : null;
            one.put(
                row.getMetaData().getColumnLabel(i),
                array == null ? row.getString(i) : List.of((String[]) array.getArray()));
          }
          rows.add(one);
        }
      }
    }
    return rows;
  }

  /** What became of one table of a bundle. */
  public record TableCheck(
      String table, String against, Result result, List<Integer> buckets, String says) {
    public TableCheck {
      buckets = List.copyOf(buckets);
    }
  }

  /** The three answers. */
  public enum Result {
    EQUAL,
    DIFFERS,
    COULD_NOT
  }

  /**
   * What became of a bundle.
   *
   * @param intact whether it has the digest it was written with
   */
  public record Check(boolean intact, Result result, List<TableCheck> tables) {
    public Check {
      tables = List.copyOf(tables);
    }
  }

  /** An archive of a table that is gone. */
  public interface Archives {
    /** Where the archive of {@code schema.table} lies; null when there is none. */
    @Nullable ArchivePlace of(String table);
  }

  /**
   * Computes a bundle's sums again: of the target, and of the source or, where a table is gone
   * there, of its archive.
   *
   * @throws IllegalArgumentException when the text is no bundle
   */
  public Check check(String text, Archives archives) throws SQLException, IOException {
    JsonNode bundle = read(text);
    String stated = bundle.path("sha256").asText();
    Map<String, @Nullable Object> plain = map(bundle);
    plain.remove("sha256");
    boolean intact = stated.equals(digest(plain));
    List<TableCheck> checks = new ArrayList<>();
    Map<String, PlannedTable> known = new TreeMap<>();
    for (PlannedTable table : plans.carriedTables(bundle.path("run").asLong())) {
      known.put(table.source().qualifiedName(), table);
    }
    for (JsonNode evidence : bundle.path("tables")) {
      String name = evidence.path("table").asText();
      PlannedTable planned = known.get(name);
      if (planned == null) {
        checks.add(couldNot(name, "target", "this database has no such run or table"));
      } else if (!evidence.path("source_sums").isArray()) {
        checks.add(couldNot(name, "target", evidence.path("no_sums").asText("it has no sums")));
      } else {
        ComparedTable table = new ComparedTable(planned);
        checks.add(againstTarget(table, evidence));
        checks.add(againstSource(table, evidence, archives));
      }
    }
    Result result =
        !intact || checks.stream().anyMatch(c -> c.result() == Result.DIFFERS)
            ? Result.DIFFERS
            : checks.isEmpty() || checks.stream().anyMatch(c -> c.result() == Result.COULD_NOT)
                ? Result.COULD_NOT
                : Result.EQUAL;
    return new Check(intact, result, checks);
  }

  private TableCheck againstTarget(ComparedTable table, JsonNode evidence) {
    try (Connection snapshot = target.snapshot()) {
      Sides.pin(snapshot);
      return compared(
          table,
          "target",
          evidence.path("target_sums"),
          BucketScan.sums(
              snapshot, table, table.carried().rows(), evidence.path("buckets").asLong()));
    } catch (SQLException e) {
      return couldNot(table.name(), "target", String.valueOf(e.getMessage()));
    }
  }

  private TableCheck againstSource(ComparedTable table, JsonNode evidence, Archives archives)
      throws IOException {
    try (Connection snapshot = source.snapshot()) {
      Sides.pin(snapshot);
      if (isThere(snapshot, table)) {
        return compared(
            table,
            "source",
            evidence.path("source_sums"),
            BucketScan.sums(
                snapshot, table, table.rows().from(), evidence.path("buckets").asLong()));
      }
    } catch (SQLException e) {
      return couldNot(table.name(), "source", String.valueOf(e.getMessage()));
    }
    ArchivePlace archive = archives.of(table.name());
    return archive == null
        ? couldNot(table.name(), "source", "the table is gone, and no archive of it was named")
        : againstArchive(table, evidence, archive);
  }

  /** In a transaction of the target that is rolled back: nothing is left of it. */
  private TableCheck againstArchive(ComparedTable table, JsonNode evidence, ArchivePlace archive)
      throws IOException {
    try (Connection scratch = target.open()) {
      scratch.setAutoCommit(false);
      try {
        Manifest manifest = TableArchive.restore(scratch, archive);
        String name = manifest.schema() + "." + manifest.table();
        if (!name.equals(table.name())) {
          return couldNot(table.name(), "archive", "the archive is of " + name);
        }
        Sides.pin(scratch);
        return compared(
            table,
            "archive",
            evidence.path("source_sums"),
            BucketScan.sums(
                scratch, table, table.rows().from(), evidence.path("buckets").asLong()));
      } finally {
        scratch.rollback();
      }
    } catch (SQLException e) {
      return couldNot(table.name(), "archive", String.valueOf(e.getMessage()));
    }
  }

  private static boolean isThere(Connection snapshot, ComparedTable table) throws SQLException {
    try (PreparedStatement select =
        snapshot.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
      select.setString(
          1, Sql.qualified(table.planned().source().schema(), table.planned().source().name()));
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  private static TableCheck couldNot(String table, String against, String why) {
    return new TableCheck(table, against, Result.COULD_NOT, List.of(), why);
  }

  private static TableCheck compared(
      ComparedTable table, String against, JsonNode was, Map<Long, BucketSum> is) {
    Map<Integer, List<String>> expected = new TreeMap<>();
    was.forEach(
        bucket ->
            expected.put(
                bucket.path(0).asInt(), bucket.valueStream().map(JsonNode::asText).toList()));
    Map<Integer, List<String>> found = new TreeMap<>();
    listed(is).forEach(bucket -> found.put(Integer.parseInt(bucket.getFirst()), bucket));
    List<Integer> differing = new ArrayList<>();
    for (int i = 0; i < BUCKETS; i++) {
      if (!Objects.equals(expected.get(i), found.get(i))) {
        differing.add(i);
      }
    }
    long rows = is.values().stream().mapToLong(BucketSum::rows).sum();
    return new TableCheck(
        table.name(),
        against,
        differing.isEmpty() ? Result.EQUAL : Result.DIFFERS,
        differing,
        differing.isEmpty()
            ? "%d rows, as in the bundle".formatted(rows)
            : "%d of %d buckets are not as in the bundle".formatted(differing.size(), BUCKETS));
  }

  private static JsonNode read(String text) {
    try {
      JsonNode bundle = JSON.readTree(text);
      if (!bundle.path("format").asText().equals(FORMAT)) {
        throw new IllegalArgumentException("not a bundle of the form " + FORMAT);
      }
      return bundle;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a bundle: it is no JSON", e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, @Nullable Object> map(JsonNode bundle) {
    return new TreeMap<>((Map<String, @Nullable Object>) JSON.convertValue(bundle, Map.class));
  }

  /** Over the bundle without its digest: keys sorted, no spaces, UTF-8. */
  private static String digest(Map<String, @Nullable Object> bundle) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(write(bundle).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String write(Map<String, @Nullable Object> bundle) {
    try {
      return JSON.writeValueAsString(bundle);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a bundle is always JSON", e);
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
