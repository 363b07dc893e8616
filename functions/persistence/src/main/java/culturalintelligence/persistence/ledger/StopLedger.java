package culturalintelligence.persistence.ledger;

import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Runs that stopped by themselves, and why. */
@ApplicationScoped
public class StopLedger {
  private final TargetDatabase target;

  public StopLedger(TargetDatabase target) {
    this.target = target;
  }

  /** A reason, and what to do about it. */
  public record Stop(String reason, String next) {}

  /** Holds the run and says why; the same reason is kept once. */
  public void stop(long plan, long table, String reason, String next) throws SQLException {
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement(
              """
              INSERT INTO migration.stop (run_id, table_id, reason, next_step)
              VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
              """)) {
        insert.setLong(1, plan);
        insert.setLong(2, table);
        insert.setString(3, reason);
        insert.setString(4, next);
        insert.executeUpdate();
      }
      try (PreparedStatement update =
          connection.prepareStatement("UPDATE migration.run SET paused = true WHERE id = ?")) {
        update.setLong(1, plan);
        update.executeUpdate();
      }
      connection.commit();
    }
  }

  /** Why the run stands; empty when nothing but an operator holds it. */
  public List<Stop> stops(long plan) throws SQLException {
    List<Stop> stops = new ArrayList<>();
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT reason, next_step FROM migration.stop WHERE run_id = ? ORDER BY id")) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          stops.add(new Stop(row.getString(1), row.getString(2)));
        }
      }
    }
    return stops;
  }
}
