package culturalintelligence.persistence.jobs;

import culturalintelligence.domain.jobs.BatchClaim;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Migrated tracks whose rows lacked what only the file can tell. */
@ApplicationScoped
public class MigratedGaps {
  /** A content whose metadata is there was read by us: nothing more is to be had from its file. */
  static final String LACKING =
      """
      public.track t LEFT JOIN public.content c ON c.sha256 = t.content_sha256
       WHERE t.origin = 'migrated'
         AND (t.size_bytes IS NULL OR t.modified IS NULL OR c.metadata IS NULL)
      """;

  private final TargetDatabase target;

  public MigratedGaps(TargetDatabase target) {
    this.target = target;
  }

  /**
   * The next ones in the order of their numbers.
   *
   * @param position of the last one before; null for the first
   */
  public List<BatchClaim.Asked> after(@Nullable String position, int limit) throws SQLException {
    List<BatchClaim.Asked> asked = new ArrayList<>();
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT t.id, t.path FROM " + LACKING + " AND t.id > ? ORDER BY t.id LIMIT ?")) {
      select.setLong(1, position == null ? 0 : Long.parseLong(position));
      select.setInt(2, limit);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          asked.add(new BatchClaim.Asked(row.getString(2), row.getLong(1)));
        }
      }
    }
    return asked;
  }
}
