package culturalintelligence.localdev.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.ChunkQueue;
import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.domain.verification.EquivalenceRules;
import culturalintelligence.localdev.sample.SampleLibrary;
import culturalintelligence.localdev.servers.EmbeddedPostgresServer;
import culturalintelligence.migration.ChunkCopy;
import culturalintelligence.persistence.ledger.ChunkLedger;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.ledger.StopLedger;
import culturalintelligence.persistence.postgres.Database;
import culturalintelligence.persistence.postgres.DatabaseAddress;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import culturalintelligence.persistence.verification.Comparisons;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How fast a migrated {@code metacrate_tracks} is proven, by the very code that a queue message
 * calls. The anchor, in the same run: {@code SELECT count(md5(t::text))} over the source's table
 * and then over the target's view, one after the other and without parallel workers.
 */
@Command(
    name = "local-dev/bench verify",
    mixinStandardHelpOptions = true,
    description =
        "Measures both tiers of verification against a sequential md5-of-row scan of both sides in the same run.",
    footer = {
      "",
      "Prints one JSON line: seconds of each round; ratios of the best rounds to the anchor's best (tier 1 over bucket",
      "sums; tier 2 over every row's digest and the typed rows); both as a share of the copy's time; and time and rows",
      "fetched to name planted differences. The sample is kept in DIR/source-N."
    })
public final class VerifyBench implements Callable<Integer> {
  private static final String TABLE = "metacrate_tracks";
  private static final String SOURCE = "metacrate";
  private static final String TARGET = "verified";
  private static final long SEED = 20_260_101;

  @Option(
      names = "--rows",
      defaultValue = "1000000",
      paramLabel = "N",
      description = "rows of metacrate_tracks (default ${DEFAULT-VALUE})")
  private long rows;

  @Option(
      names = "--rounds",
      defaultValue = "2",
      paramLabel = "N",
      description = "how often anchor and tiers take turns (default ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--workers",
      defaultValue = "2",
      paramLabel = "N",
      description = "chunks copied, and compared, at once (default ${DEFAULT-VALUE})")
  private int workers;

  @Option(
      names = "--plant",
      defaultValue = "100",
      paramLabel = "N",
      description = "differences to plant and find (default ${DEFAULT-VALUE})")
  private int planted;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "where the servers keep their files (default: .data/bench in the repository)")
  private @Nullable Path data;

  @Option(names = "--home", hidden = true, description = "the repository")
  private Path home = Path.of(".");

  /** Prints the line; exit code 2 when it could not be measured. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new VerifyBench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    if (rows < planted || rounds < 1 || workers < 1 || planted < 1) {
      System.err.println(
          "--rounds, --workers and --plant must be 1 or more, --rows no less than --plant");
      return 2;
    }
    Path folder = (data == null ? home.resolve(".data/bench") : data).toAbsolutePath().normalize();
    say("starting two servers in %s", folder);
    try (EmbeddedPostgresServer source =
            EmbeddedPostgresServer.start(folder.resolve("source-" + rows));
        EmbeddedPostgresServer target = EmbeddedPostgresServer.start(folder.resolve("target"))) {
      sample(source);
      System.out.println(measure(source, target));
    }
    return 0;
  }

  /** The library without the tables that are not measured. */
  private void sample(EmbeddedPostgresServer source) throws SQLException, IOException {
    source.database(SOURCE);
    try (Connection connection = source.connect(SOURCE)) {
      if (SampleLibrary.exists(connection)) {
        return;
      }
      SampleLibrary.create(
          connection,
          rows,
          SEED,
          null,
          (table, done, of) -> {
            if (done == of || done % 100_000 == 0) {
              say("making the sample: %s %,d of about %,d", table, done, of);
            }
          });
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            """
            DROP TABLE audio_files, artists, genres, track_genres, duplicates, music_analysis;
            DROP TYPE audio_format
            """);
        statement.execute("VACUUM ANALYZE " + TABLE);
        statement.execute("CHECKPOINT");
      }
    }
  }

  private String measure(EmbeddedPostgresServer source, EmbeddedPostgresServer target)
      throws SQLException, IOException, InterruptedException {
    try (Connection admin = target.connect("postgres");
        Statement statement = admin.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(TARGET));
    }
    target.database(TARGET);
    applySchema(target);
    TargetDatabase to = new TargetDatabase(database(target, TARGET));
    SourceDatabase from = new SourceDatabase(database(source, SOURCE));
    PlanLedger plans = new PlanLedger(from, to);
    ChunkLedger ledger = new ChunkLedger(to);
    long plan = plans.plan().plan();
    List<Chunk.Id> chunks = plans.start(plan);
    double copy =
        copy(
            new ChunkCopy(
                from, to, ledger, plans, new NoQueue(), new StopLedger(to), Duration.ofMinutes(5)),
            chunks);
    say("copied in %.1f s", copy);
    try (Connection connection = target.connect(TARGET);
        Statement statement = connection.createStatement()) {
      statement.execute("VACUUM ANALYZE");
      statement.execute("CHECKPOINT");
    }
    PlannedTable table = plans.carriedTables(plan).getFirst();
    Comparisons comparisons =
        new Comparisons(from, to, EquivalenceRules.DEFAULT, Duration.ofMillis(100));
    List<Double> anchors = new ArrayList<>();
    List<Double> first = new ArrayList<>();
    List<Double> second = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      anchors.add(anchor(source, target));
      Comparisons.BucketOutcome scan = comparisons.buckets(table, rows);
      require(scan.differences().isEmpty() && scan.rows() == rows, "tier 1 found " + scan);
      first.add(scan.seconds());
      second.add(tierTwo(comparisons, ledger, table, chunks));
      say(
          "round %d: anchor %.1f s, tier 1 %.1f s, tier 2 %.1f s",
          round, anchors.getLast(), first.getLast(), second.getLast());
    }
    plant(target);
    Comparisons.BucketOutcome found = comparisons.buckets(table, rows);
    long located =
        found.differences().stream()
            .filter(d -> d.column() != null)
            .map(Difference::key)
            .distinct()
            .count();
    ObjectNode line = new ObjectMapper().createObjectNode();
    line.put("bench", "verify");
    line.put("rows", rows);
    line.put("workers", workers);
    line.put("processors", Runtime.getRuntime().availableProcessors());
    line.put("copy_seconds", rounded(copy));
    seconds(line.putArray("anchor_seconds"), anchors);
    seconds(line.putArray("tier1_seconds"), first);
    seconds(line.putArray("tier2_seconds"), second);
    line.put("tier1_ratio", rounded(best(first) / best(anchors)));
    line.put("tier2_ratio", rounded(best(second) / best(anchors)));
    line.put("tier1_share_of_copy", rounded(best(first) / copy));
    line.put("tier2_share_of_copy", rounded(best(second) / copy));
    line.put("planted", planted);
    line.put("located", located);
    line.put("locate_seconds", rounded(found.seconds()));
    line.put("buckets", found.buckets());
    line.put("buckets_opened", found.differing());
    line.put("rows_fetched", found.fetched());
    line.put("heap_limit", Runtime.getRuntime().maxMemory());
    return line.toString();
  }

  private double copy(ChunkCopy copy, List<Chunk.Id> chunks) throws InterruptedException {
    Queue<Chunk.Id> queue = new ConcurrentLinkedQueue<>(chunks);
    return timed(
        () -> {
          for (Chunk.Id chunk = queue.poll(); chunk != null; chunk = queue.poll()) {
            require(
                copy.copy(chunk) instanceof CopyOutcome.Copied,
                "chunk " + chunk + " was not copied");
          }
          return true;
        });
  }

  private double tierTwo(
      Comparisons comparisons, ChunkLedger ledger, PlannedTable table, List<Chunk.Id> chunks)
      throws InterruptedException {
    Queue<Chunk.Id> queue = new ConcurrentLinkedQueue<>(chunks);
    return timed(
        () -> {
          for (Chunk.Id id = queue.poll(); id != null; id = queue.poll()) {
            Chunk chunk = Objects.requireNonNull(ledger.find(id));
            Comparisons.Outcome outcome = comparisons.chunk(table, chunk);
            require(outcome.differences().isEmpty(), "tier 2 found " + outcome.differences());
          }
          return true;
        });
  }

  private double timed(Callable<Boolean> worker) throws InterruptedException {
    long started = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
      List<Future<Boolean>> results = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        results.add(threads.submit(worker));
      }
      for (Future<Boolean> result : results) {
        result.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a chunk could not be worked on", e);
    }
    return (System.nanoTime() - started) / 1e9;
  }

  private double anchor(EmbeddedPostgresServer source, EmbeddedPostgresServer target)
      throws SQLException {
    long started = System.nanoTime();
    scan(source, SOURCE, TABLE);
    scan(target, TARGET, "metacrate." + TABLE);
    return (System.nanoTime() - started) / 1e9;
  }

  private void scan(EmbeddedPostgresServer server, String database, String relation)
      throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("SET max_parallel_workers_per_gather = 0");
      statement.execute("SET jit = off");
      try (ResultSet row =
          statement.executeQuery("SELECT count(md5(t::text)) FROM %s t".formatted(relation))) {
        row.next();
        require(row.getLong(1) == rows, "the anchor saw " + row.getLong(1) + " rows");
      }
    }
  }

  /** Rows all over the table, one changed value in each. */
  private void plant(EmbeddedPostgresServer target) throws SQLException {
    try (Connection connection = target.connect(TARGET);
        Statement statement = connection.createStatement()) {
      int changed =
          statement.executeUpdate(
              """
              UPDATE carried.%1$s SET original_filename = coalesce(original_filename, '') || ' '
               WHERE id IN (SELECT id FROM carried.%1$s ORDER BY md5(id::text) LIMIT %2$d)
              """
                  .formatted(TABLE, planted));
      require(changed == planted, changed + " rows were planted");
    }
  }

  private static final class NoQueue implements ChunkQueue {
    @Override
    public void copy(List<Chunk.Id> chunks) {}

    @Override
    public void verify(List<Chunk.Id> chunks) {}

    @Override
    public void drain(long plan) {}
  }

  private void applySchema(EmbeddedPostgresServer target) throws SQLException, IOException {
    List<Path> scripts;
    try (Stream<Path> files = Files.list(home.resolve("sql/cultural-intelligence"))) {
      scripts = files.filter(f -> f.toString().endsWith(".sql")).sorted().toList();
    }
    try (Connection connection = target.connect(TARGET);
        Statement statement = connection.createStatement()) {
      for (Path script : scripts) {
        statement.execute(Files.readString(script));
      }
    }
  }

  private static Database database(EmbeddedPostgresServer server, String name) throws SQLException {
    return new Database(
        DatabaseAddress.parse(server.database(name), server.user(), null), "local-dev/bench");
  }

  private static double best(List<Double> seconds) {
    return seconds.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  private static void seconds(ArrayNode array, List<Double> seconds) {
    seconds.forEach(s -> array.add(rounded(s)));
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // its annotation is not worth a dependency
  private static void say(String format, Object... values) {
    System.err.println(String.format(Locale.ROOT, format, values));
  }
}
