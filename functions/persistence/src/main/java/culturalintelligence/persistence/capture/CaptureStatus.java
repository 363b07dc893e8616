package culturalintelligence.persistence.capture;

import culturalintelligence.persistence.ledger.StopLedger;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far the target is behind the source. */
@ApplicationScoped
public class CaptureStatus {
  private final SourceDatabase source;
  private final TargetDatabase target;
  private final StopLedger stops;

  public CaptureStatus(SourceDatabase source, TargetDatabase target, StopLedger stops) {
    this.source = source;
    this.target = target;
    this.stops = stops;
  }

  /**
   * One look.
   *
   * @param captured whether the outbox is installed
   * @param waiting entries in the outbox; null where nothing is captured
   * @param oldestSeconds how long the oldest of them waits; null when none does
   * @param redo keys to be applied again besides
   * @param drainedAt when a drain last came to the end
   */
  public record Now(
      boolean captured,
      @Nullable Long waiting,
      @Nullable Double oldestSeconds,
      long redo,
      @Nullable String drainedAt,
      List<StopLedger.Stop> stops) {
    /** Everything that was captured is applied. */
    public boolean isDrained() {
      return redo == 0 && (waiting == null || waiting == 0);
    }
  }

  /** Looks at both sides now. */
  public Now now(long plan) throws SQLException {
    Outbox.Waiting waiting;
    try (Connection snapshot = source.snapshot()) {
      waiting = Outbox.waiting(snapshot);
    }
    try (Connection ledger = target.open();
        PreparedStatement select =
            ledger.prepareStatement(
                """
                SELECT (SELECT count(*) FROM migration.redo r
                          JOIN migration.source_table s ON s.id = r.table_id
                         WHERE s.run_id = ?),
                       (SELECT drained_at FROM migration.capture WHERE run_id = ?)
                """)) {
      select.setLong(1, plan);
      select.setLong(2, plan);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        OffsetDateTime drained = row.getObject(2, OffsetDateTime.class);
        return new Now(
            waiting != null,
            waiting == null ? null : waiting.entries(),
            waiting == null || waiting.age() == null ? null : waiting.age().toMillis() / 1000.0,
            row.getLong(1),
            drained == null ? null : drained.toInstant().toString(),
            stops.stops(plan));
      }
    }
  }
}
