package culturalintelligence.localdev.server;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.ChunkQueue;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.queue.QueueAddress;
import culturalintelligence.persistence.verification.Scans;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Does here what a schedule does in AWS: asks for what was compared too long ago. */
@ApplicationScoped
class VerifyTimer {
  private static final Logger LOG = Logger.getLogger(VerifyTimer.class);

  private final QueueAddress address;
  private final PlanLedger plans;
  private final Scans scans;
  private final ChunkQueue queue;
  private final Duration every;
  private @Nullable Thread thread;

  VerifyTimer(
      QueueAddress address,
      PlanLedger plans,
      Scans scans,
      ChunkQueue queue,
      @ConfigProperty(name = "verification.every", defaultValue = "1h") Duration every) {
    this.address = address;
    this.plans = plans;
    this.scans = scans;
    this.queue = queue;
    this.every = every;
  }

  void start(@Observes StartupEvent event) {
    if (address.isConfigured() && every.isPositive()) {
      thread = Thread.ofPlatform().name("verify-timer").daemon().start(this::run);
    }
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(every);
        OptionalLong plan = plans.newest();
        if (plan.isPresent()) {
          List<Chunk.Id> due = scans.dueChunks(plan.getAsLong());
          queue.verify(due);
          LOG.debugf("%d chunks are to be compared again", due.size());
        }
      } catch (InterruptedException e) {
        return;
      } catch (SQLException | RuntimeException e) {
        LOG.warnf("nothing could be asked to be compared again: %s", e.getMessage());
      }
    }
  }

  void stop(@Observes ShutdownEvent event) {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }
}
