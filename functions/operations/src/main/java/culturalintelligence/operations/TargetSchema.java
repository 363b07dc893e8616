package culturalintelligence.operations;

import culturalintelligence.persistence.postgres.DatabaseAddress;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;

/**
 * The target's schema: forward only, and only when an operator says so. No function applies it when
 * it starts.
 */
@ApplicationScoped
class TargetSchema {
  private final TargetDatabase target;

  TargetSchema(TargetDatabase target) {
    this.target = target;
  }

  /** What is there, and what a call of {@link #apply} would add. */
  record State(List<String> applied, List<String> pending) {}

  State state() {
    var info = flyway().info();
    return new State(names(info.applied()), names(info.pending()));
  }

  State apply() {
    flyway().migrate();
    return state();
  }

  private static List<String> names(MigrationInfo[] migrations) {
    return Arrays.stream(migrations)
        .filter(m -> m.getVersion() != null)
        .map(m -> "V" + m.getVersion() + " " + m.getDescription())
        .toList();
  }

  private Flyway flyway() {
    DatabaseAddress address = target.address();
    return Flyway.configure(Thread.currentThread().getContextClassLoader())
        .dataSource(address.jdbcUrl(), address.user(), address.password())
        .locations("classpath:cultural-intelligence")
        .defaultSchema("public")
        // The database may hold extensions' objects already; ours start at version 1 all the same.
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .cleanDisabled(true)
        .load();
  }
}
