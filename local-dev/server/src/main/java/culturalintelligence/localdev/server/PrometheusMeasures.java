package culturalintelligence.localdev.server;

import culturalintelligence.persistence.observability.Measures;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The work's figures at {@code /q/metrics}. */
@ApplicationScoped
class PrometheusMeasures implements Measures {
  private final MeterRegistry registry;
  private final AtomicLong outboxLength;
  private final AtomicLong outboxAge;

  PrometheusMeasures(MeterRegistry registry) {
    this.registry = registry;
    outboxLength = registry.gauge("migration.outbox.length", new AtomicLong());
    outboxAge = registry.gauge("migration.outbox.age.seconds", new AtomicLong());
  }

  @Override
  public void copied(long migrated, long quarantined, long bytes, Duration took) {
    registry.counter("migration.rows", "outcome", "migrated").increment(migrated);
    registry.counter("migration.rows", "outcome", "quarantined").increment(quarantined);
    registry.counter("migration.bytes").increment(bytes);
    registry.timer("migration.chunk").record(took);
  }

  @Override
  public void compared(boolean equal, Duration took) {
    registry.timer("verification.chunk", "equal", Boolean.toString(equal)).record(took);
  }

  @Override
  public void outbox(long length, Duration age) {
    outboxLength.set(length);
    outboxAge.set(age.toSeconds());
  }
}
