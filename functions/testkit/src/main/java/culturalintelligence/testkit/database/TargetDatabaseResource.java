package culturalintelligence.testkit.database;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives a {@code @QuarkusTest} a migrated target database under the names a real one is configured
 * by: {@code @QuarkusTestResource(TargetDatabaseResource.class)}. The test reads the rows behind
 * the service through {@link #database}.
 */
public final class TargetDatabaseResource implements QuarkusTestResourceLifecycleManager {
  private static volatile @Nullable TestDatabase current;

  private @Nullable TestDatabase mine;

  @Override
  public Map<String, String> start() {
    TestDatabase database = TestDatabase.migrated();
    mine = database;
    current = database;
    return database.environment("CULTURAL_INTELLIGENCE");
  }

  @Override
  public void stop() {
    TestDatabase database = mine;
    if (database != null) {
      database.close();
    }
  }

  /** A static field of the test of this type is given the database. */
  @Override
  public void inject(TestInjector injector) {
    TestDatabase database = mine;
    if (database != null) {
      injector.injectIntoFields(database, new TestInjector.MatchesType(TestDatabase.class));
    }
  }

  /** The database of the resource started last. */
  public static TestDatabase database() {
    TestDatabase database = current;
    if (database == null) {
      throw new IllegalStateException("no target database was started");
    }
    return database;
  }
}
