package culturalintelligence.persistence.capture;

import culturalintelligence.persistence.ledger.StopLedger;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** How far the target is behind the source. */
@ApplicationScoped
public class CaptureStatus {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

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

  /**
   * A moment that a last comparison begins at: everything written until then is committed, or never
   * will be.
   *
   * @param position of the outbox; equal later: nobody wrote between
   * @param waiting changes that are captured and not applied; a comparison before they are is none
   */
  public record Fence(long position, long waiting) {}

  /**
   * The outbox's position, after a wait for the transactions that had begun before it was read:
   * they may have taken a number below it, and would commit without anybody seeing it move.
   *
   * @param patience for those transactions; of the whole server, for nobody may ask which are whose
   * @return empty where nothing is captured, and so nobody would see a writer
   * @throws StillOpen when one of them goes on for longer
   */
  public Optional<Fence> fence(long plan, Duration patience) throws SQLException {
    try (Connection connection = source.outbox()) {
      if (!Outbox.isInstalled(connection)) {
        return Optional.empty();
      }
      long position = Outbox.position(connection);
      long begun = number(connection, "SELECT txid_snapshot_xmax(txid_current_snapshot())");
      Instant until = Instant.now().plus(patience);
      while (number(connection, "SELECT txid_snapshot_xmin(txid_current_snapshot())") < begun) {
        if (Instant.now().isAfter(until)) {
          throw new StillOpen();
        }
        LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
      }
      return Optional.of(new Fence(position, waiting(plan)));
    }
  }

  /** The outbox's position and what waits now; empty where nothing is captured. */
  public Optional<Fence> position(long plan) throws SQLException {
    try (Connection connection = source.snapshot()) {
      return Outbox.isInstalled(connection)
          ? Optional.of(new Fence(Outbox.position(connection), waiting(plan)))
          : Optional.empty();
    }
  }

  /** A transaction of the source's server has been open for too long. */
  public static final class StillOpen extends RuntimeException {
    StillOpen() {
      super("a transaction on MetaCrate's server stays open, prepared ones count too");
    }
  }

  private long waiting(long plan) throws SQLException {
    Now now = now(plan);
    return (now.waiting() == null ? 0 : now.waiting()) + now.redo();
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
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
