package culturalintelligence.analysis.jobs;

import java.sql.SQLException;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Keeps a piece of work while it is worked on, however long one file of it takes. */
final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Heartbeat.class);

  private final Thread thread;
  private volatile boolean lost;

  /** One sign of life. */
  interface Beat {
    /** False when the work is another's by now. */
    boolean renew() throws SQLException;
  }

  Heartbeat(Duration lease, Beat beat) {
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("job-heartbeat")
            .start(() -> keep(lease.dividedBy(3), beat));
  }

  private void keep(Duration between, Beat beat) {
    try {
      while (!lost) {
        Thread.sleep(between);
        try {
          lost = !beat.renew();
        } catch (SQLException e) {
          // The next one may get through; if none does, the fence tells.
          LOG.warnf("a lease could not be renewed: %s", e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the work is known to be another's by now. */
  boolean isLost() {
    return lost;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
