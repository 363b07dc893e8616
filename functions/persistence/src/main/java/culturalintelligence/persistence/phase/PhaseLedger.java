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

  private static final int OPERATOR = 3103;

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
          return Standing.old(tableId);
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

  /** Whether nobody else changes this table's phase; until the connection is closed. */
  static boolean alone(Connection connection, long tableId) throws SQLException {
    try (PreparedStatement lock =
        connection.prepareStatement("SELECT pg_try_advisory_lock(?, ?)")) {
      lock.setInt(1, OPERATOR);
      lock.setInt(2, Math.toIntExact(tableId));
      try (ResultSet row = lock.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /**
   * Takes a transition: from here on whoever had it before fails at his next step. False when
   * somebody else's came first: nothing is changed then.
   */
  static boolean begin(Connection connection, Standing from, Phase towards, boolean forwards)
      throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            INSERT INTO migration.phase AS p (table_id, phase, epoch, towards, towards_since, guard)
            VALUES (?, 'OLD', 1, ?, clock_timestamp(), ?)
            ON CONFLICT (table_id) DO UPDATE
               SET towards = excluded.towards, towards_since = excluded.towards_since, guard = excluded.guard,
                   epoch = p.epoch + 1
             WHERE p.epoch = ? AND p.phase = ?
            """)) {
      upsert.setLong(1, from.tableId());
      upsert.setString(2, towards.name());
      upsert.setString(3, forwards ? "FORWARD" : "REJECT");
      upsert.setLong(4, from.epoch());
      upsert.setString(5, from.phase().name());
      return upsert.executeUpdate() == 1;
    }
  }

  /** Whether this still is how it stands; in a transaction it then stays so until its end. */
  static boolean still(Connection connection, Standing standing) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT 1 FROM migration.phase WHERE table_id = ? AND epoch = ? FOR NO KEY UPDATE")) {
      select.setLong(1, standing.tableId());
      select.setLong(2, standing.epoch());
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  static void size(Connection ledger, Connection database, String side, Standing now)
      throws SQLException {
    try (PreparedStatement select =
            database.prepareStatement("SELECT pg_database_size(current_database())");
        ResultSet row = select.executeQuery();
        PreparedStatement insert =
            ledger.prepareStatement(
                "INSERT INTO migration.database_size (side, occasion, bytes) VALUES (?, ?, ?)")) {
      row.next();
      insert.setString(1, side);
      insert.setString(2, "table %d is %s".formatted(now.tableId(), now.phase()));
      insert.setLong(3, row.getLong(1));
      insert.executeUpdate();
    }
  }

  /** Waits for the view's writers, and keeps them out until the transaction ends. */
  static void holdWriters(Connection connection, long tableId) throws SQLException {
    try (PreparedStatement lock =
        connection.prepareStatement("SELECT pg_advisory_xact_lock(?, ?)")) {
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

  /** The transition under way has come to its end. False when somebody else took it over. */
  static boolean settled(Connection connection, Standing at) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE migration.phase SET towards = NULL, towards_since = NULL WHERE table_id = ? AND epoch = ?
            """)) {
      update.setLong(1, at.tableId());
      update.setLong(2, at.epoch());
      return update.executeUpdate() == 1;
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
