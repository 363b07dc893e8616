package culturalintelligence.persistence.ledger;

import culturalintelligence.domain.migration.Assessment;
import culturalintelligence.domain.migration.ChunkState;
import culturalintelligence.domain.migration.Progress;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.domain.verification.DifferenceKind;
import culturalintelligence.domain.verification.Verdict;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a run looks like from outside, read from the ledger in one moment. */
@ApplicationScoped
public class ProgressLedger {
  /**
   * A check counts when it began after the newest request for one; so an old result never answers a
   * new question. A table whose old side is retired has its last answer for good.
   */
  private static final String CHECKED =
      "c.checked_at IS NOT NULL AND (c.checked_at >= coalesce(r.verify_asked_at, '-infinity') OR %s)"
          .formatted(AwayTables.condition("s.id"));

  private static final String TABLES =
      """
      SELECT s.schema_name || '.' || s.table_name AS name, s.verdict, s.reasons, s.mapping,
             -- What was counted when it was planned is a guess, until all of it was read.
             CASE WHEN bool_and(c.copied_at IS NOT NULL)
                  THEN coalesce(sum(c.migrated_rows + c.quarantined_rows), 0)::bigint
                  ELSE coalesce(s.planned_rows, 0) END AS planned_rows,
             count(c.id) AS chunks,
             count(*) FILTER (WHERE c.copied_at IS NOT NULL) AS copied,
             count(*) FILTER (WHERE %1$s) AS checked,
             coalesce(sum(c.migrated_rows + c.quarantined_rows), 0)::bigint AS done,
             coalesce(sum(c.quarantined_rows), 0)::bigint AS quarantined,
             coalesce(sum(c.bytes), 0)::bigint AS bytes,
             min(c.checked_at) FILTER (WHERE %1$s AND NOT %2$s) AS checked_at,
             s.checked_at >= coalesce(r.verify_asked_at, '-infinity') OR %2$s AS table_checked,
             coalesce(sum(c.waiting_rows) FILTER (WHERE NOT %2$s), 0)::bigint AS waiting,
             (SELECT count(*) FROM migration.difference d
               WHERE d.table_id = s.id AND d.verdict <> 'EQUIVALENT') AS differences
        FROM migration.source_table s
        JOIN migration.run r ON r.id = s.run_id
        LEFT JOIN migration.chunk c ON c.table_id = s.id
       WHERE s.run_id = ?
       GROUP BY s.id, r.id
       ORDER BY s.id
      """
          .formatted(CHECKED, AwayTables.condition("s.id"));

  private static final String RUN =
      """
      SELECT r.started_at, r.paused, extract(epoch FROM r.stale_after)::float8 AS stale_after, r.verify_asked_at, clock_timestamp() AS now,
             (SELECT max(copied_at) FROM migration.chunk c WHERE c.run_id = r.id) AS last_copied,
             coalesce(
                (SELECT s.reason || '; next: ' || s.next_step FROM migration.stop s
                  WHERE s.run_id = r.id ORDER BY s.id LIMIT 1),
                r.failure,
                      (SELECT 'chunk ' || c.id || ': ' || c.failure FROM migration.chunk c
                        WHERE c.run_id = r.id AND c.state = 'FAILED' ORDER BY c.id LIMIT 1)) AS failure,
             (SELECT count(*) FROM migration.laid_aside a WHERE a.run_id = r.id) AS laid_aside,
             r.cancelled_at IS NOT NULL AS cancelled,
             (SELECT count(*) FROM migration.attempt a
               WHERE a.run_id = r.id AND a.state = 'RUNNING' AND a.lease_until > clock_timestamp()) AS attempts,
             (SELECT count(*) FROM migration.dead_letter d WHERE d.redriven_at IS NULL) AS dead_letters,
             (SELECT sum(c.migrated_rows + c.quarantined_rows) FROM migration.chunk c
               WHERE c.run_id = r.id AND c.copied_at > clock_timestamp() - interval '30 s') AS lately
        FROM migration.run r WHERE r.id = ?
      """;

  private static final Duration RATE_WINDOW = Duration.ofSeconds(30);

  private final TargetDatabase target;

  public ProgressLedger(TargetDatabase target) {
    this.target = target;
  }

  /** The run's progress, or empty when there is no such run. */
  public Optional<Progress> progress(long plan) throws SQLException {
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      Map<ChunkState, Integer> chunks = chunkStates(connection, plan);
      try (PreparedStatement select = connection.prepareStatement(RUN)) {
        select.setLong(1, plan);
        try (ResultSet row = select.executeQuery()) {
          return row.next()
              ? Optional.of(progress(connection, plan, row, chunks))
              : Optional.empty();
        }
      }
    }
  }

  private static Progress progress(
      Connection connection, long plan, ResultSet run, Map<ChunkState, Integer> chunks)
      throws SQLException {
    List<Progress.TableProgress> tables = new ArrayList<>();
    long rowsTotal = 0;
    long rowsDone = 0;
    long bytes = 0;
    long quarantined = 0;
    long differences = 0;
    long waiting = 0;
    boolean everyChunkChecked = true;
    boolean everyTableChecked = true;
    boolean anyChecked = false;
    Instant checkedAt = null;
    try (PreparedStatement select = connection.prepareStatement(TABLES)) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          Progress.TableProgress table = table(row);
          tables.add(table);
          if (table.mapping().equals("none")) {
            continue;
          }
          rowsTotal += table.rowsTotal();
          rowsDone += table.rowsDone();
          quarantined += table.quarantined();
          bytes += row.getLong("bytes");
          everyChunkChecked &= table.chunksChecked() == table.chunks();
          anyChecked |= table.chunksChecked() > 0;
          everyTableChecked &= row.getBoolean("table_checked");
          differences += row.getLong("differences");
          waiting += row.getLong("waiting");
          Instant oldest = instant(row, "checked_at");
          if (oldest != null && (checkedAt == null || oldest.isBefore(checkedAt))) {
            checkedAt = oldest;
          }
        }
      }
    }
    boolean checked = everyChunkChecked && everyTableChecked;
    boolean copied =
        chunks.entrySet().stream().allMatch(e -> e.getKey().isCopied() || e.getValue() == 0)
            && run.getLong("laid_aside") == 0;
    Instant startedAt = instant(run, "started_at");
    Instant now = instantOf(run, "now");
    String failure = run.getString("failure");
    if (failure == null && tables.stream().allMatch(table -> table.mapping().equals("none"))) {
      // Nothing carried is nothing verified.
      failure = "the source has no music table that can be carried";
    }
    Progress.Phase phase =
        failure != null
            ? Progress.Phase.STUCK
            : startedAt == null
                ? Progress.Phase.PLANNED
                : !copied && run.getBoolean("cancelled")
                    ? Progress.Phase.CANCELLED
                    : !copied
                        ? run.getBoolean("paused") ? Progress.Phase.PAUSED : Progress.Phase.COPYING
                        : !checked
                            ? Progress.Phase.VERIFYING
                            : verdict(
                                differences,
                                waiting,
                                checkedAt,
                                now.minusMillis((long) (run.getDouble("stale_after") * 1000)));
    Instant until = copied ? instant(run, "last_copied") : now;
    Double rate = rate(startedAt, until, rowsDone);
    if (!copied && startedAt != null && startedAt.isBefore(now.minus(RATE_WINDOW))) {
      // Of late, not since the start: a pause, a throttle or a faster table shows at once.
      long lately = run.getLong("lately");
      rate = lately == 0 ? null : lately / (double) RATE_WINDOW.toSeconds();
    }
    return new Progress(
        plan,
        phase,
        tables,
        chunks,
        rowsTotal,
        rowsDone,
        bytes,
        rate,
        eta(rowsDone, rowsTotal, rate, copied),
        quarantined,
        anyChecked ? differences : null,
        startedAt,
        checked ? checkedAt : null,
        now,
        failure,
        new Progress.Control(
            ControlLedger.throttle(connection, plan),
            copied ? null : ControlLedger.slowReason(connection, plan),
            run.getInt("attempts"),
            run.getInt("laid_aside"),
            run.getLong("dead_letters")));
  }

  private static Progress.Phase verdict(
      long differences, long waiting, @Nullable Instant checkedAt, Instant staleBefore) {
    if (differences > 0) {
      return Progress.Phase.DIFFERS;
    }
    if (waiting > 0) {
      return Progress.Phase.WAITING;
    }
    return checkedAt != null && checkedAt.isBefore(staleBefore)
        ? Progress.Phase.STALE
        : Progress.Phase.VERIFIED;
  }

  private static Progress.TableProgress table(ResultSet row) throws SQLException {
    boolean checked = row.getInt("checked") == row.getInt("chunks") && row.getInt("chunks") > 0;
    return new Progress.TableProgress(
        row.getString("name"),
        Assessment.Verdict.valueOf(row.getString("verdict")),
        List.of((String[]) row.getArray("reasons").getArray()),
        row.getLong("planned_rows"),
        row.getLong("done"),
        row.getLong("quarantined"),
        row.getInt("chunks"),
        row.getInt("copied"),
        row.getInt("checked"),
        checked ? row.getLong("differences") : null,
        row.getString("mapping"));
  }

  private static Map<ChunkState, Integer> chunkStates(Connection connection, long plan)
      throws SQLException {
    Map<ChunkState, Integer> states = new EnumMap<>(ChunkState.class);
    for (ChunkState state : ChunkState.values()) {
      states.put(state, 0);
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT state, count(*) FROM migration.chunk WHERE run_id = ? GROUP BY state")) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          states.put(ChunkState.valueOf(row.getString(1)), row.getInt(2));
        }
      }
    }
    return states;
  }

  private static @Nullable Double rate(
      @Nullable Instant startedAt, @Nullable Instant until, long rows) {
    if (startedAt == null || until == null || rows == 0) {
      return null;
    }
    double seconds = Duration.between(startedAt, until).toNanos() / 1e9;
    return seconds <= 0 ? null : rows / seconds;
  }

  private static @Nullable Duration eta(
      long done, long total, @Nullable Double rate, boolean copied) {
    if (rate == null || copied || done * 100 < total) {
      return null;
    }
    return Duration.ofMillis((long) (Math.max(0, total - done) / rate * 1000));
  }

  /** The differences that the newest comparison found, by table, key and column. */
  public List<Difference> differences(long plan, int limit) throws SQLException {
    List<Difference> differences = new ArrayList<>();
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT s.schema_name || '.' || s.table_name AS name, d.kind, d.key, d.column_name,
                       d.json_path, d.how, d.source_value, d.target_value, d.verdict
                  FROM migration.difference d JOIN migration.source_table s ON s.id = d.table_id
                 WHERE d.run_id = ?
                 ORDER BY s.id, d.key, d.column_name, d.id
                 LIMIT ?
                """)) {
      select.setLong(1, plan);
      select.setInt(2, limit);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          java.sql.Array key = row.getArray("key");
          String how = row.getString("how");
          differences.add(
              new Difference(
                  row.getString("name"),
                  Difference.Kind.valueOf(row.getString("kind")),
                  key == null ? List.of() : List.of((String[]) key.getArray()),
                  row.getString("column_name"),
                  row.getString("json_path"),
                  how == null ? null : DifferenceKind.valueOf(how),
                  row.getString("source_value"),
                  row.getString("target_value"),
                  Verdict.valueOf(row.getString("verdict"))));
        }
      }
    }
    return differences;
  }

  /**
   * Rows as the newest comparison counted them in the databases themselves.
   *
   * @param waiting rows that could not be compared, because their changes were under way
   */
  public record Counted(long source, long migrated, long quarantined, long waiting) {}

  /** What was counted; empty unless every table that is carried was. */
  public Optional<Counted> counted(long plan) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT bool_and(s.counted_at IS NOT NULL) AND count(*) > 0,
                       sum(s.counted_source), sum(s.counted_migrated), sum(s.counted_quarantined),
                       (SELECT coalesce(sum(c.waiting_rows), 0) FROM migration.chunk c
                         WHERE c.run_id = ?)
                  FROM migration.source_table s WHERE s.run_id = ? AND s.mapping <> 'none'
                """)) {
      select.setLong(1, plan);
      select.setLong(2, plan);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1)
            ? Optional.of(
                new Counted(row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)))
            : Optional.empty();
      }
    }
  }

  /** A row that was set aside. */
  public record Quarantined(String table, List<String> key, String reason) {}

  /** The rows set aside, in the order they were found. */
  public List<Quarantined> quarantined(long plan, int limit) throws SQLException {
    List<Quarantined> rows = new ArrayList<>();
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT s.schema_name || '.' || s.table_name AS name, q.key, q.reason
                  FROM migration.quarantine q JOIN migration.source_table s ON s.id = q.table_id
                 WHERE q.run_id = ? ORDER BY q.id LIMIT ?
                """)) {
      select.setLong(1, plan);
      select.setInt(2, limit);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          java.sql.Array key = row.getArray("key");
          rows.add(
              new Quarantined(
                  row.getString("name"),
                  key == null ? List.of() : List.of((String[]) key.getArray()),
                  row.getString("reason")));
        }
      }
    }
    return rows;
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static Instant instantOf(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
