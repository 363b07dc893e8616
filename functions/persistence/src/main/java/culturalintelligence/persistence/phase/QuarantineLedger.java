package culturalintelligence.persistence.phase;

import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows that stay behind, each of which a person has to accept by its name. */
@ApplicationScoped
public class QuarantineLedger {
  /**
   * A row's name: its key; for a row without one, the digest of its content, so that what is
   * accepted is that row and no later one.
   */
  static final String NAME =
      "coalesce(q.key, ARRAY['sha256:' || encode(sha256(q.content), 'hex')])";

  private final TargetDatabase target;

  public QuarantineLedger(TargetDatabase target) {
    this.target = target;
  }

  /**
   * A row in quarantine.
   *
   * @param name by which it is accepted: the parts of its key, or the digest of its content
   * @param acceptedBy null while nobody did
   */
  public record Kept(List<String> name, String reason, @Nullable String acceptedBy) {
    public Kept {
      name = List.copyOf(name);
    }
  }

  /** The table's rows in quarantine, those nobody accepted first. */
  public List<Kept> kept(PlannedTable table, int limit) throws SQLException {
    List<Kept> kept = new ArrayList<>();
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT %1$s, q.reason, a.by_whom
                  FROM migration.quarantine q
                  LEFT JOIN migration.accepted_quarantine a ON a.table_id = q.table_id AND a.key = %1$s
                 WHERE q.table_id = ? ORDER BY a.by_whom IS NOT NULL, q.id LIMIT ?
                """
                    .formatted(NAME))) {
      select.setLong(1, table.id());
      select.setInt(2, limit);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          kept.add(
              new Kept(
                  List.of((String[]) row.getArray(1).getArray()),
                  row.getString(2),
                  row.getString(3)));
        }
      }
    }
    return kept;
  }

  /** Accepts one row; false when no row of that name is in quarantine. */
  public boolean accept(PlannedTable table, List<String> name, String who) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT INTO migration.accepted_quarantine AS a (table_id, key, by_whom)
                SELECT q.table_id, %1$s, ? FROM migration.quarantine q WHERE q.table_id = ? AND %1$s = ? LIMIT 1
                ON CONFLICT (table_id, key) DO UPDATE SET by_whom = a.by_whom
                """
                    .formatted(NAME))) {
      insert.setString(1, who);
      insert.setLong(2, table.id());
      insert.setArray(3, connection.createArrayOf("text", name.toArray()));
      return insert.executeUpdate() == 1;
    }
  }
}
