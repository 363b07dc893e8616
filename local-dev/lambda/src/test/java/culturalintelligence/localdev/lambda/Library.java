package culturalintelligence.localdev.lambda;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.localdev.sample.SampleLibrary;
import culturalintelligence.localdev.servers.EmbeddedQueue;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.postgres.Database;
import culturalintelligence.persistence.postgres.DatabaseAddress;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import culturalintelligence.testkit.database.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A sample MetaCrate library, and a target with a plan to carry it over. */
final class Library implements AutoCloseable {
  private static final long SEED = 7;

  private final TestDatabase source;
  private final boolean madeSource;
  final TestDatabase target = TestDatabase.migrated();
  private final EmbeddedQueue queue;
  private final List<Chunk.Id> chunks;

  private Library(TestDatabase source, boolean madeSource, EmbeddedQueue queue)
      throws SQLException {
    this.source = source;
    this.madeSource = madeSource;
    this.queue = queue;
    PlanLedger plans =
        new PlanLedger(new SourceDatabase(database(source)), new TargetDatabase(database(target)));
    chunks = List.copyOf(plans.start(plans.plan().plan()));
  }

  static Library of(int tracks) throws SQLException, IOException {
    TestDatabase source = TestDatabase.empty();
    try (Connection connection = source.connect()) {
      SampleLibrary.create(connection, tracks, SEED, null);
    }
    return new Library(source, true, EmbeddedQueue.start());
  }

  /** The same source, into another target. */
  Library again() throws SQLException {
    return new Library(source, false, queue);
  }

  private static Database database(TestDatabase of) {
    return new Database(DatabaseAddress.parse(of.url(), of.user(), of.password()), "test");
  }

  void inSource(String sql) {
    source.execute(sql);
  }

  Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>(target.environment("CULTURAL_INTELLIGENCE"));
    environment.putAll(source.environment("METACRATE"));
    environment.put("QUEUE_URL", queue.url("copy"));
    environment.put("CULTURAL_INTELLIGENCE_POOL", "1");
    environment.put("MIGRATION_LEASE", "2s");
    environment.put("LOG_JSON", "true");
    return environment;
  }

  /** What the queue carries: one message for each chunk. */
  List<String> messages() {
    return chunks.stream().map(Library::message).toList();
  }

  private static String message(Chunk.Id chunk) {
    return "{\"version\":1,\"plan\":%d,\"chunk\":%d}".formatted(chunk.plan(), chunk.number());
  }

  @Override
  public void close() {
    target.close();
    if (madeSource) {
      source.close();
      queue.close();
    }
  }
}
