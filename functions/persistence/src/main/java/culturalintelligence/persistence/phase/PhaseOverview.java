package culturalintelligence.persistence.phase;

import culturalintelligence.domain.phase.Phase;
import culturalintelligence.persistence.capture.Outbox;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the tables of a plan stand, for whoever decides about the next step. */
@ApplicationScoped
public class PhaseOverview {
  private static final int CHANGES = 50;
  private static final int SAMPLES = 20;

  private final SourceDatabase source;
  private final TargetDatabase target;
  private final PlanLedger plans;

  public PhaseOverview(SourceDatabase source, TargetDatabase target, PlanLedger plans) {
    this.source = source;
    this.target = target;
    this.plans = plans;
  }

  /**
   * One table.
   *
   * @param waiting changes of the old side that are captured and not applied; null when the old
   *     database could not be asked, or nothing is captured
   * @param waitingBack changes of the new side that are still to go back
   * @param accesses to the retired table since it was retired; null when it is not retired or could
   *     not be asked
   * @param shadow what both sides' answers were compared to; null when they never were
   */
  public record Table(
      PlannedTable planned,
      Standing standing,
      @Nullable Long waiting,
      long waitingBack,
      long quarantined,
      long accepted,
      @Nullable Long accesses,
      @Nullable Shadow shadow) {}

  /**
   * Both sides' answers to the same questions.
   *
   * @param asked how often both were asked
   * @param failed how often the old side did not answer in time
   * @param oldMicros the old side's mean time, in microseconds; null when it never answered
   * @param newMicros the same of the new side
   */
  public record Shadow(
      long asked,
      long equal,
      long differed,
      long failed,
      @Nullable Long oldMicros,
      @Nullable Long newMicros) {}

  /** One answer in which the sides differed. */
  public record Sample(
      String path,
      String field,
      @Nullable String oldValue,
      @Nullable String newValue,
      Instant at) {}

  /**
   * One change of a phase.
   *
   * @param pauseMillis for how long neither side took writes; null where both went on
   */
  public record Change(
      String from, String to, long epoch, String by, @Nullable Long pauseMillis, Instant at) {}

  /** The carried tables of a plan, in its order. */
  public List<Table> tables(long plan) throws SQLException {
    List<PlannedTable> planned = plans.carriedTables(plan);
    Map<List<String>, Long> waiting = null;
    Map<Long, Long> accesses = new HashMap<>();
    List<Table> tables = new ArrayList<>();
    try (Connection here = target.open()) {
      Map<Long, Standing> standings = new HashMap<>();
      for (PlannedTable table : planned) {
        standings.put(table.id(), PhaseLedger.standing(here, table.id()));
      }
      try (Connection there = source.snapshot()) {
        if (Outbox.isInstalled(there)) {
          waiting = outbox(there);
        }
        for (PlannedTable table : planned) {
          Standing standing = standings.getOrDefault(table.id(), Standing.old(table.id()));
          if (standing.phase() == Phase.RETIRED && standing.retiredName() != null) {
            accesses.put(
                table.id(),
                Math.max(
                    0,
                    new OldTable(table.source()).accesses(there, standing.retiredName())
                        - standing.retiredAccesses()));
          }
        }
      } catch (SQLException e) {
        // What it alone knows is left out, which is not the same as nought.
        waiting = null;
        accesses.clear();
      }
      Map<List<String>, Long> back = outbox(here);
      Map<Long, long[]> quarantined = quarantined(here, plan);
      Map<Long, Shadow> shadows = shadows(here, plan);
      for (PlannedTable table : planned) {
        List<String> name = List.of(table.source().schema(), table.source().name());
        long[] kept = quarantined.getOrDefault(table.id(), new long[2]);
        tables.add(
            new Table(
                table,
                standings.getOrDefault(table.id(), Standing.old(table.id())),
                waiting == null ? null : waiting.getOrDefault(name, 0L),
                back.getOrDefault(name, 0L),
                kept[0],
                kept[1],
                accesses.get(table.id()),
                shadows.get(table.id())));
      }
    }
    return tables;
  }

  private static Map<List<String>, Long> outbox(Connection connection) throws SQLException {
    Map<List<String>, Long> waiting = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT table_schema, table_name, count(*) FROM ci_capture.outbox GROUP BY 1, 2")) {
      while (row.next()) {
        waiting.put(List.of(row.getString(1), row.getString(2)), row.getLong(3));
      }
    }
    return waiting;
  }

  private static Map<Long, long[]> quarantined(Connection here, long plan) throws SQLException {
    Map<Long, long[]> quarantined = new HashMap<>();
    try (PreparedStatement select =
        here.prepareStatement(
            """
            SELECT q.table_id, count(*),
                   count(*) FILTER (WHERE EXISTS (SELECT FROM migration.accepted_quarantine a
                                                   WHERE a.table_id = q.table_id AND a.key = %s))
              FROM migration.quarantine q WHERE q.run_id = ? GROUP BY 1
            """
                .formatted(QuarantineLedger.NAME))) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          quarantined.put(row.getLong(1), new long[] {row.getLong(2), row.getLong(3)});
        }
      }
    }
    return quarantined;
  }

  private static Map<Long, Shadow> shadows(Connection here, long plan) throws SQLException {
    Map<Long, Shadow> shadows = new HashMap<>();
    try (PreparedStatement select =
        here.prepareStatement(
            """
            SELECT d.table_id, sum(asked)::bigint, sum(equal)::bigint, sum(differed)::bigint, sum(failed)::bigint,
                   (sum(old_micros) / nullif(sum(asked) - sum(failed), 0))::bigint,
                   (sum(new_micros) / nullif(sum(asked), 0))::bigint
              FROM migration.shadow_day d JOIN migration.source_table s ON s.id = d.table_id
             WHERE s.run_id = ? GROUP BY 1
            """)) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          shadows.put(
              row.getLong(1),
              new Shadow(
                  row.getLong(2),
                  row.getLong(3),
                  row.getLong(4),
                  row.getLong(5),
                  row.getObject(6, Long.class),
                  row.getObject(7, Long.class)));
        }
      }
    }
    return shadows;
  }

  /** The newest changes of one table's phase, the newest first. */
  public List<Change> changes(PlannedTable table) throws SQLException {
    List<Change> changes = new ArrayList<>();
    try (Connection here = target.open();
        PreparedStatement select =
            here.prepareStatement(
                """
                SELECT from_phase, to_phase, epoch, by_whom, pause_ms, at
                  FROM migration.phase_change WHERE table_id = ? ORDER BY id DESC LIMIT ?
                """)) {
      select.setLong(1, table.id());
      select.setInt(2, CHANGES);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          changes.add(
              new Change(
                  row.getString(1),
                  row.getString(2),
                  row.getLong(3),
                  row.getString(4),
                  row.getObject(5, Long.class),
                  instant(row.getTimestamp(6))));
        }
      }
    }
    return changes;
  }

  /** Some of the answers in which the sides differed, the newest first. */
  public List<Sample> samples(PlannedTable table) throws SQLException {
    List<Sample> samples = new ArrayList<>();
    try (Connection here = target.open();
        PreparedStatement select =
            here.prepareStatement(
                """
                SELECT path, field, old_value, new_value, at
                  FROM migration.shadow_sample WHERE table_id = ? ORDER BY id DESC LIMIT ?
                """)) {
      select.setLong(1, table.id());
      select.setInt(2, SAMPLES);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          samples.add(
              new Sample(
                  row.getString(1),
                  row.getString(2),
                  row.getString(3),
                  row.getString(4),
                  instant(row.getTimestamp(5))));
        }
      }
    }
    return samples;
  }

  private static Instant instant(Timestamp timestamp) {
    return timestamp.toInstant();
  }
}
