package culturalintelligence.localdev.server;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.ChunkQueue;
import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.domain.migration.Progress;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.domain.verification.EquivalenceRules;
import culturalintelligence.migration.ChunkCopy;
import culturalintelligence.persistence.capture.CaptureInstaller;
import culturalintelligence.persistence.capture.Drain;
import culturalintelligence.persistence.capture.StateDrain;
import culturalintelligence.persistence.ledger.CheckLedger;
import culturalintelligence.persistence.ledger.ChunkLedger;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.ProgressLedger;
import culturalintelligence.persistence.ledger.StopLedger;
import culturalintelligence.persistence.postgres.Database;
import culturalintelligence.persistence.postgres.DatabaseAddress;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import culturalintelligence.persistence.verification.Comparisons;
import culturalintelligence.testkit.database.TestDatabase;
import culturalintelligence.verification.ChunkCheck;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A MetaCrate database, a Cultural Intelligence database, and all that stands between them. */
final class Scene implements AutoCloseable {
  static final Duration LEASE = Duration.ofSeconds(60);

  private final TestDatabase home = TestDatabase.empty();
  private final TestDatabase target = TestDatabase.migrated();
  private final Database sourceAddress;
  private final Database targetAddress;
  final SourceDatabase sourceDatabase;
  final TargetDatabase targetDatabase;
  final PlanLedger plans;
  final ChunkLedger chunks;
  final CheckLedger checks;
  final ProgressLedger progress;
  final List<Chunk.Id> toVerify = new ArrayList<>();
  final List<Chunk.Id> toCopy = new ArrayList<>();
  private final boolean madeSource;
  private long plan;

  private Scene(Database source) {
    sourceAddress = source;
    targetAddress = database(target.url());
    sourceDatabase = new SourceDatabase(sourceAddress);
    targetDatabase = new TargetDatabase(targetAddress);
    plans = new PlanLedger(sourceDatabase, targetDatabase);
    chunks = new ChunkLedger(targetDatabase);
    checks = new CheckLedger(targetDatabase);
    progress = new ProgressLedger(targetDatabase);
    madeSource = false;
  }

  /** The same source, read by somebody else into a target of their own. */
  Scene readBy(DatabaseAddress reader) {
    return new Scene(new Database(reader, "test"));
  }

  private Scene(String encoding) {
    madeSource = !encoding.equals("UTF8");
    String url = home.url();
    if (!encoding.equals("UTF8")) {
      String name = url.substring(url.lastIndexOf('/') + 1) + "_other";
      home.execute(
          "create database %s encoding '%s' template template0 lc_collate 'C' lc_ctype 'C'"
              .formatted(name, encoding));
      url += "_other";
    }
    sourceAddress = database(url);
    targetAddress = database(target.url());
    sourceDatabase = new SourceDatabase(sourceAddress);
    targetDatabase = new TargetDatabase(targetAddress);
    plans = new PlanLedger(sourceDatabase, targetDatabase);
    chunks = new ChunkLedger(targetDatabase);
    checks = new CheckLedger(targetDatabase);
    progress = new ProgressLedger(targetDatabase);
  }

  private Database database(String url) {
    return new Database(DatabaseAddress.parse(url, home.user(), home.password()), "test");
  }

  /** A source that these statements made. */
  static Scene of(String sql) throws SQLException {
    return inEncoding("UTF8", sql);
  }

  static Scene inEncoding(String encoding, String sql) throws SQLException {
    Scene scene = new Scene(encoding);
    scene.inSource(sql);
    return scene;
  }

  void inSource(String sql) throws SQLException {
    execute(sourceAddress, sql);
  }

  void inTarget(String sql) throws SQLException {
    execute(targetAddress, sql);
  }

  String sourceName() {
    return nameOf(home.url());
  }

  String targetName() {
    return nameOf(target.url());
  }

  private static String nameOf(String url) {
    return url.substring(url.lastIndexOf('/') + 1);
  }

  /** Whoever knocks at that database is sent away, as while its server restarts. */
  static void shut(String database) {
    try (TestDatabase beside = TestDatabase.empty()) {
      beside.execute("alter database \"%s\" allow_connections false".formatted(database));
    }
  }

  static void letIn(String database) {
    try (TestDatabase beside = TestDatabase.empty()) {
      beside.execute("alter database \"%s\" allow_connections true".formatted(database));
    }
  }

  private static void execute(Database database, String sql) throws SQLException {
    try (Connection connection = database.open();
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = public");
      statement.execute(sql);
    }
  }

  List<String> source(String sql) throws SQLException {
    return texts(sourceAddress, sql);
  }

  List<String> target(String sql) throws SQLException {
    return texts(targetAddress, sql);
  }

  /** The first column of each row. */
  private static List<String> texts(Database database, String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Connection connection = database.open();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        texts.add(String.valueOf(row.getString(1)));
      }
    }
    return texts;
  }

  Connection openTarget() throws SQLException {
    return targetAddress.open();
  }

  long plan() throws SQLException {
    if (plan == 0) {
      plan = plans.plan().plan();
    }
    return plan;
  }

  Chunk.Id chunk(int number) throws SQLException {
    return new Chunk.Id(plan(), number);
  }

  ChunkCopy worker() {
    return new ChunkCopy(
        sourceDatabase,
        targetDatabase,
        chunks,
        plans,
        queue(),
        new StopLedger(targetDatabase),
        LEASE);
  }

  private ChunkQueue queue() {
    return new ChunkQueue() {
      @Override
      public void copy(List<Chunk.Id> asked) {
        toCopy.addAll(asked);
      }

      @Override
      public void verify(List<Chunk.Id> asked) {
        toVerify.addAll(asked);
      }

      @Override
      public void drain(long asked) {
        throw new AssertionError("nobody asks for a drain here");
      }
    };
  }

  /** Installs triggers and outbox in the source. */
  CaptureInstaller.Installation capture() throws SQLException {
    return installer().install(plan());
  }

  CaptureInstaller installer() {
    return new CaptureInstaller(
        sourceDatabase, targetDatabase, plans, Duration.ofMillis(100), Duration.ofSeconds(10));
  }

  StateDrain states() {
    return new StateDrain(sourceDatabase, targetDatabase, plans);
  }

  /** One walk of a drain. */
  Drain.Drained drainOnce() throws SQLException {
    return drainer().drain(Duration.ofSeconds(60));
  }

  Drain drainer() {
    return new Drain(
        sourceDatabase, targetDatabase, plans, states(), new StopLedger(targetDatabase));
  }

  /** Drains until nothing waits. */
  void drain() throws SQLException {
    for (int i = 0; i < 10; i++) {
      drainOnce();
      if (source("select 1 from ci_capture.outbox").isEmpty()
          && target("select 1 from migration.redo").isEmpty()) {
        return;
      }
    }
    throw new AssertionError("the outbox does not get empty");
  }

  Database sourceAddress() {
    return sourceAddress;
  }

  Database targetAddress() {
    return targetAddress;
  }

  Connection openSource() throws SQLException {
    return sourceAddress.open();
  }

  /** Plans, starts, and copies every chunk. */
  List<CopyOutcome> copy() throws SQLException {
    List<CopyOutcome> outcomes = new ArrayList<>();
    for (Chunk.Id id : plans.start(plan())) {
      outcomes.add(worker().copy(id));
    }
    return outcomes;
  }

  /** Asks for a comparison, makes it, and gives what it found. */
  List<Difference> verify() throws SQLException {
    ChunkCheck check = new ChunkCheck(comparisons(), chunks, checks, plans);
    for (Chunk.Id id : plans.askForVerification(plan())) {
      check.check(id);
    }
    return progress.differences(plan(), 1000);
  }

  Comparisons comparisons() {
    return new Comparisons(
        sourceDatabase, targetDatabase, EquivalenceRules.DEFAULT, Duration.ofMillis(10));
  }

  Progress progress() throws SQLException {
    return progress.progress(plan()).orElseThrow();
  }

  @Override
  public void close() {
    target.close();
    if (madeSource) {
      home.execute("drop database %s with (force)".formatted(sourceAddress.address().database()));
    }
    home.close();
  }
}
