package culturalintelligence.localdev.server;

import culturalintelligence.migration.MigrateChunkFunction;
import culturalintelligence.persistence.queue.QueueBatch;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Does here what a schedule does in AWS: hands the migration function a drain's message. */
@ApplicationScoped
class DrainTimer {
  private static final Logger LOG = Logger.getLogger(DrainTimer.class);
  private static final QueueBatch DRAIN =
      new QueueBatch(
          List.of(new QueueBatch.Message("schedule", "{\"version\":1,\"plan\":0,\"drain\":true}")));

  private final MigrateChunkFunction migrate;
  private final boolean configured;
  private final Duration every;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("drain-timer").daemon().factory());

  DrainTimer(
      MigrateChunkFunction migrate,
      @ConfigProperty(name = "METACRATE_URL") Optional<String> source,
      @ConfigProperty(name = "CULTURAL_INTELLIGENCE_URL") Optional<String> target,
      @ConfigProperty(name = "drain.every", defaultValue = "2s") Duration every) {
    this.migrate = migrate;
    this.configured = source.isPresent() && target.isPresent();
    this.every = every;
  }

  void start(@Observes StartupEvent event) {
    if (configured) {
      // What goes wrong in it is said by the drain itself.
      var _ =
          timer.scheduleWithFixedDelay(
              this::drain, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void drain() {
    try {
      migrate.migrate(DRAIN);
    } catch (RuntimeException e) {
      LOG.warnf("no drain: %s", e.getMessage());
    }
  }

  void stop(@Observes ShutdownEvent event) {
    timer.shutdownNow();
  }
}
