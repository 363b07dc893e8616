package culturalintelligence.localdev.server;

import culturalintelligence.persistence.observability.Measures;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The work's figures at {@code /q/metrics}. */
@ApplicationScoped
class PrometheusMeasures implements Measures {
  private final MeterRegistry registry;
  private final AtomicLong outboxLength = new AtomicLong();
  private final AtomicLong outboxAge = new AtomicLong();

  PrometheusMeasures(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("migration.outbox.length", outboxLength, AtomicLong::get).register(registry);
    Gauge.builder("migration.outbox.age.seconds", outboxAge, AtomicLong::get).register(registry);
  }

  @Override
  public void copied(long migrated, long quarantined, long bytes, Duration took) {
    registry.counter("migration.rows", "outcome", "migrated").increment((double) migrated);
    registry.counter("migration.rows", "outcome", "quarantined").increment((double) quarantined);
    registry.counter("migration.bytes").increment((double) bytes);
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
