package culturalintelligence.persistence.phase;

import culturalintelligence.domain.phase.Phase;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one row a table that decides; each change of it is a compare-and-set by its epoch. */
@ApplicationScoped
public class PhaseLedger {
  /** The first half of the view writers' lock; see V008. */
  private static final int WRITERS = 3102;

  private final TargetDatabase target;

  public PhaseLedger(TargetDatabase target) {
    this.target = target;
  }

  /** Where the table stands now. */
  public Standing standing(PlannedTable table) throws SQLException {
    try (Connection connection = target.open()) {
      return standing(connection, table.id());
    }
  }

  static Standing standing(Connection connection, long tableId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT phase, epoch, towards, guard = 'FORWARD', changed_at, retired_name,
                   coalesce(retired_rights, '{}'), retired_at, coalesce(retired_accesses, 0), archive,
                   archive_sha256
              FROM migration.phase WHERE table_id = ?
            """)) {
      select.setLong(1, tableId);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return new Standing(
              tableId, Phase.OLD, 0, null, false, Instant.EPOCH, null, List.of(), null, 0, null, null);
        }
        String towards = row.getString(3);
        return new Standing(
            tableId,
            Phase.valueOf(row.getString(1)),
            row.getLong(2),
            towards == null ? null : Phase.valueOf(towards),
            row.getBoolean(4),
            row.getTimestamp(5).toInstant(),
            row.getString(6),
            texts(row.getArray(7)),
            instant(row.getTimestamp(8)),
            row.getLong(9),
            row.getString(10),
            row.getString(11));
      }
    }
  }

  /**
   * Notes a transition under way. False when somebody else's came first: nothing is changed then.
   */
  static boolean begin(Connection connection, Standing from, Phase towards, boolean forwards)
      throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            INSERT INTO migration.phase AS p (table_id, phase, epoch, towards, towards_since, guard)
            VALUES (?, 'OLD', 0, ?, clock_timestamp(), ?)
            ON CONFLICT (table_id) DO UPDATE
               SET towards = excluded.towards, towards_since = excluded.towards_since, guard = excluded.guard
             WHERE p.epoch = ? AND p.phase = ? AND (p.towards IS NULL OR p.towards = excluded.towards)
            """)) {
      upsert.setLong(1, from.tableId());
      upsert.setString(2, towards.name());
      upsert.setString(3, forwards ? "FORWARD" : "REJECT");
      upsert.setLong(4, from.epoch());
      upsert.setString(5, from.phase().name());
      return upsert.executeUpdate() == 1;
    }
  }

  /** Waits for the view's writers, and keeps them out until the transaction ends. */
  static void holdWriters(Connection connection, long tableId) throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_xact_lock(?, ?)")) {
      lock.setInt(1, WRITERS);
      lock.setInt(2, Math.toIntExact(tableId));
      lock.execute();
    }
  }

  /**
   * Changes the phase. False when somebody else did meanwhile: the caller rolls back.
   *
   * @param towards what is still under way afterwards
   */
  static boolean arrive(Connection connection, Standing from, Phase phase, @Nullable Phase towards)
      throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            INSERT INTO migration.phase AS p (table_id, phase, epoch, towards, towards_since)
            VALUES (?, ?, 1, ?, CASE WHEN ?::text IS NULL THEN NULL ELSE clock_timestamp() END)
            ON CONFLICT (table_id) DO UPDATE
               SET phase = excluded.phase, epoch = p.epoch + 1, towards = excluded.towards,
                   towards_since = excluded.towards_since, changed_at = clock_timestamp()
             WHERE p.epoch = ?
            """)) {
      upsert.setLong(1, from.tableId());
      upsert.setString(2, phase.name());
      upsert.setString(3, towards == null ? null : towards.name());
      upsert.setString(4, towards == null ? null : towards.name());
      upsert.setLong(5, from.epoch());
      return upsert.executeUpdate() == 1;
    }
  }

  /** The transition under way has come to its end, or was taken back. */
  static void settled(Connection connection, long tableId) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE migration.phase SET towards = NULL, towards_since = NULL WHERE table_id = ?")) {
      update.setLong(1, tableId);
      update.executeUpdate();
    }
  }

  /** Writes the history's line. */
  static void record(
      Connection connection,
      Standing from,
      Phase to,
      String who,
      String gates,
      @Nullable Long pauseMillis)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO migration.phase_change (table_id, from_phase, to_phase, epoch, by_whom, gates, pause_ms)
            VALUES (?, ?, ?, ?, ?, ?::jsonb, ?)
            """)) {
      insert.setLong(1, from.tableId());
      insert.setString(2, from.phase().name());
      insert.setString(3, to.name());
      insert.setLong(4, from.epoch() + 1);
      insert.setString(5, who);
      insert.setString(6, gates);
      insert.setObject(7, pauseMillis, java.sql.Types.BIGINT);
      insert.executeUpdate();
    }
  }

  private static List<String> texts(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }

  private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
    return timestamp == null ? null : timestamp.toInstant();
  }
}
