package culturalintelligence.localdev.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.ChunkQueue;
import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.localdev.sample.SampleLibrary;
import culturalintelligence.localdev.servers.EmbeddedPostgresServer;
import culturalintelligence.migration.ChunkCopy;
import culturalintelligence.persistence.ledger.ChunkLedger;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.StopLedger;
import culturalintelligence.persistence.postgres.Database;
import culturalintelligence.persistence.postgres.DatabaseAddress;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How fast {@code metacrate_tracks} is migrated: the very code that a queue message calls, against
 * two real servers with fsync on and the target's keys, references and indexes in place.
 *
 * <p>The anchor, in the same run, is {@code COPY (SELECT * …) TO STDOUT} piped into {@code COPY …
 * FROM STDIN} between the same two servers, into a bare table with its primary key: what a copy
 * costs that transforms nothing. Anchor and copy take turns, each into a database of its own, so
 * that a machine that slows down slows both.
 */
@Command(
    name = "local-dev/bench copy",
    mixinStandardHelpOptions = true,
    description =
        "Measures the migration's copy of metacrate_tracks against COPY | COPY between the same two servers.",
    footer = {
      "",
      "Prints one JSON line: rows, bytes (as COPY writes them), the rounds' seconds, the best round's rows per second,",
      "ratio (ours to the anchor's, of the best rounds), processor seconds, seconds per million rows and how they compare",
      "with those of the newest run with a million rows in DIR, and the most heap that was seen in use. What is laid",
      "aside for the load is put back, and proven, within the measured time (after_seconds is that part of it).",
      "The sample is kept in DIR/source-N; the target is made anew each time."
    })
public final class CopyBench implements Callable<Integer> {
  private static final String TABLE = "metacrate_tracks";
  private static final String SOURCE = "metacrate";
  private static final long SEED = 20_260_101;
  private static final int MILLION = 1_000_000;
  private static final Duration LEASE = Duration.ofMinutes(5);

  @Option(
      names = "--rows",
      defaultValue = "200000",
      paramLabel = "N",
      description = "rows of metacrate_tracks (default ${DEFAULT-VALUE})")
  private long rows;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      paramLabel = "N",
      description = "how often anchor and copy take turns (default ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--workers",
      defaultValue = "2",
      paramLabel = "N",
      description = "chunks copied at once (default ${DEFAULT-VALUE})")
  private int workers;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "where the servers keep their files (default: .data/bench in the repository)")
  private @Nullable Path data;

  @Option(names = "--home", hidden = true, description = "the repository")
  private Path home = Path.of(".");

  /**
   * One side of one round.
   *
   * @param after of the seconds, those after the last chunk: indexes and references put back
   */
  private record Measured(double seconds, double after, long rows, long bytes, ProcessorTime cpu) {}

  /** What the chunks of one worker came to. */
  private record Copied(long rows, long bytes) {}

  private Path sourceFolder = Path.of(".");
  private Path targetFolder = Path.of(".");

  /** Prints the line; exit code 2 when it could not be measured. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new CopyBench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    if (rows < 1 || rounds < 1 || workers < 1) {
      System.err.println("--rows, --rounds and --workers must be 1 or more");
      return 2;
    }
    Path folder = (data == null ? home.resolve(".data/bench") : data).toAbsolutePath().normalize();
    say("starting two servers in %s", folder);
    sourceFolder = folder.resolve("source-" + rows);
    targetFolder = folder.resolve("target");
    try (EmbeddedPostgresServer source = EmbeddedPostgresServer.start(sourceFolder);
        EmbeddedPostgresServer target = EmbeddedPostgresServer.start(targetFolder)) {
      sample(source);
      ObjectNode line = measure(source, target);
      growth(line, folder);
      Files.writeString(folder.resolve("result-" + rows + ".json"), line.toString());
      System.out.println(line);
    }
    return 0;
  }

  /** How the cost of a row grows, against the newest measurement of a million rows in DIR. */
  private void growth(ObjectNode line, Path folder) throws IOException {
    double perMillion = line.path("seconds_per_million_rows").asDouble();
    Path million = folder.resolve("result-" + MILLION + ".json");
    if (rows != MILLION && Files.exists(million)) {
      double then =
          new ObjectMapper()
              .readTree(Files.readString(million))
              .path("seconds_per_million_rows")
              .asDouble();
      line.put("seconds_per_million_to_1m", rounded(perMillion / then));
    }
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
        statement.execute("VACUUM " + TABLE);
        statement.execute("CHECKPOINT");
      }
    }
  }

  private ObjectNode measure(EmbeddedPostgresServer source, EmbeddedPostgresServer target)
      throws SQLException, IOException, InterruptedException {
    List<Measured> anchors = new ArrayList<>();
    List<Measured> ours = new ArrayList<>();
    long heap = 0;
    for (int round = 1; round <= rounds; round++) {
      Measured anchor = anchor(source, target);
      anchors.add(anchor);
      say("round %d: COPY | COPY %.2f s", round, anchor.seconds());
      try (PeakHeap peak = new PeakHeap()) {
        Measured copied = copy(source, target);
        ours.add(copied);
        heap = Math.max(heap, peak.bytes());
        say(
            "round %d: the copy %.2f s, of them %.2f s after the last chunk, ratio %.3f;"
                + " processor s of client, source, target: %s, were %s",
            round,
            copied.seconds(),
            copied.after(),
            anchor.seconds() / copied.seconds(),
            cpu(copied),
            cpu(anchor));
      }
    }
    return json(anchors, ours, heap);
  }

  private ObjectNode json(List<Measured> anchors, List<Measured> ours, long heap) {
    double anchor = best(anchors);
    double copy = best(ours);
    ObjectNode line = new ObjectMapper().createObjectNode();
    line.put("bench", "copy");
    line.put("rows", ours.getFirst().rows());
    line.put("bytes", ours.getFirst().bytes());
    line.put("workers", workers);
    line.put("processors", Runtime.getRuntime().availableProcessors());
    seconds(line.putArray("anchor_seconds"), anchors);
    seconds(line.putArray("copy_seconds"), ours);
    line.put("after_seconds", rounded(fastest(ours).after()));
    cpu(line.putObject("anchor_processor_seconds"), fastest(anchors));
    cpu(line.putObject("copy_processor_seconds"), fastest(ours));
    line.put("anchor_rows_per_second", Math.round(rows / anchor));
    line.put("rows_per_second", Math.round(rows / copy));
    line.put("seconds_per_million_rows", rounded(copy / rows * MILLION));
    line.put("ratio", rounded(anchor / copy));
    line.put("heap_max_used", heap);
    line.put("heap_limit", Runtime.getRuntime().maxMemory());
    return line;
  }

  private static double best(List<Measured> measured) {
    return fastest(measured).seconds();
  }

  private static Measured fastest(List<Measured> measured) {
    return measured.stream().min(Comparator.comparingDouble(Measured::seconds)).orElseThrow();
  }

  private static void cpu(ObjectNode node, Measured measured) {
    node.put("client", rounded(measured.cpu().client()));
    node.put("source", rounded(measured.cpu().source()));
    node.put("target", rounded(measured.cpu().target()));
    node.put("sum", rounded(measured.cpu().sum()));
  }

  private static String cpu(Measured measured) {
    ProcessorTime cpu = measured.cpu();
    return "%.1f + %.1f + %.1f = %.1f"
        .formatted(cpu.client(), cpu.source(), cpu.target(), cpu.sum());
  }

  private ProcessorTime processorTime() {
    return ProcessorTime.now(sourceFolder, targetFolder);
  }

  private static void seconds(
      com.fasterxml.jackson.databind.node.ArrayNode array, List<Measured> measured) {
    measured.forEach(m -> array.add(rounded(m.seconds())));
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  /** One pipe: one reader, one writer, and nothing done to the bytes between them. */
  private Measured anchor(EmbeddedPostgresServer source, EmbeddedPostgresServer target)
      throws SQLException {
    String database = fresh(target, "anchor");
    try (Connection from = source.connect(SOURCE);
        Connection to = target.connect(database)) {
      try (Statement statement = to.createStatement()) {
        statement.execute(bareTable(from));
      }
      settle(source, target);
      ProcessorTime before = processorTime();
      long started = System.nanoTime();
      CopyOut out =
          from.unwrap(PGConnection.class)
              .getCopyAPI()
              .copyOut("COPY (SELECT * FROM %s) TO STDOUT".formatted(TABLE));
      CopyIn in =
          to.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY %s FROM STDIN".formatted(TABLE));
      long bytes = 0;
      for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
        in.writeToCopy(row, 0, row.length);
        bytes += row.length;
      }
      long copied = in.endCopy();
      double seconds = secondsSince(started);
      requireAll(copied);
      return new Measured(seconds, 0, copied, bytes, processorTime().minus(before));
    } finally {
      drop(target, database);
    }
  }

  /** The same columns and key in the target, and nothing else. */
  private static String bareTable(Connection source) throws SQLException {
    try (Statement statement = source.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT string_agg(format('%%I %%s%%s', attname, format_type(atttypid, atttypmod),
                                         CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END),
                                  ', ' ORDER BY attnum)
                  FROM pg_attribute
                 WHERE attrelid = '%s'::regclass AND attnum > 0 AND NOT attisdropped
                """
                    .formatted(TABLE))) {
      row.next();
      return "CREATE TABLE %s (%s, PRIMARY KEY (id))".formatted(TABLE, row.getString(1));
    }
  }

  /** What a run does between start and the last chunk, without queue and comparison. */
  private Measured copy(EmbeddedPostgresServer source, EmbeddedPostgresServer target)
      throws SQLException, IOException, InterruptedException {
    String database = fresh(target, "ours");
    try {
      applySchema(target, database);
      TargetDatabase to = new TargetDatabase(database(target, database));
      SourceDatabase from = new SourceDatabase(database(source, SOURCE));
      PlanLedger plans = new PlanLedger(from, to);
      long plan = plans.plan().plan();
      Queue<Chunk.Id> chunks = new ConcurrentLinkedQueue<>(plans.start(plan));
      ChunkCopy copy =
          new ChunkCopy(
              from, to, new ChunkLedger(to), plans, new NoQueue(), new StopLedger(to), LEASE);
      settle(source, target);
      ProcessorTime before = processorTime();
      long started = System.nanoTime();
      Copied sum = work(copy, chunks);
      requireAll(sum.rows());
      double copied = secondsSince(started);
      for (Chunk.Id last : plans.start(plan)) {
        copy.copy(last);
      }
      double all = secondsSince(started);
      return new Measured(
          all, all - copied, sum.rows(), sum.bytes(), processorTime().minus(before));
    } finally {
      drop(target, database);
    }
  }

  private Copied work(ChunkCopy copy, Queue<Chunk.Id> chunks) throws InterruptedException {
    try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
      List<Future<Copied>> results = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        results.add(threads.submit(() -> worker(copy, chunks)));
      }
      long copied = 0;
      long bytes = 0;
      for (Future<Copied> result : results) {
        copied += result.get().rows();
        bytes += result.get().bytes();
      }
      return new Copied(copied, bytes);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a chunk could not be copied", e);
    }
  }

  private static Copied worker(ChunkCopy copy, Queue<Chunk.Id> chunks) throws SQLException {
    long copied = 0;
    long bytes = 0;
    for (Chunk.Id chunk = chunks.poll(); chunk != null; chunk = chunks.poll()) {
      if (!(copy.copy(chunk) instanceof CopyOutcome.Copied done)) {
        throw new IllegalStateException("chunk " + chunk + " was not copied");
      }
      copied += done.rows() + done.quarantined();
      bytes += done.bytes();
    }
    return new Copied(copied, bytes);
  }

  /** Comparisons are not measured here, and the step after the last chunk is called for. */
  private static final class NoQueue implements ChunkQueue {
    @Override
    public void copy(List<Chunk.Id> chunks) {}

    @Override
    public void verify(List<Chunk.Id> chunks) {}

    @Override
    public void drain(long plan) {}
  }

  private void applySchema(EmbeddedPostgresServer target, String database)
      throws SQLException, IOException {
    List<Path> scripts;
    try (Stream<Path> files = Files.list(home.resolve("sql/cultural-intelligence"))) {
      scripts = files.filter(f -> f.toString().endsWith(".sql")).sorted().toList();
    }
    try (Connection connection = target.connect(database);
        Statement statement = connection.createStatement()) {
      for (Path script : scripts) {
        statement.execute(Files.readString(script));
      }
    }
  }

  private void requireAll(long copied) {
    if (copied != rows) {
      throw new IllegalStateException("%,d rows of %,d arrived".formatted(copied, rows));
    }
  }

  private static Database database(EmbeddedPostgresServer server, String name) throws SQLException {
    return new Database(
        DatabaseAddress.parse(server.database(name), server.user(), null), "local-dev/bench");
  }

  private static String fresh(EmbeddedPostgresServer target, String name) throws SQLException {
    drop(target, name);
    target.database(name);
    return name;
  }

  private static void drop(EmbeddedPostgresServer target, String name) throws SQLException {
    try (Connection connection = target.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(name));
    }
  }

  /** What one round left to be written must not be paid by the next. */
  private static void settle(EmbeddedPostgresServer... servers) throws SQLException {
    for (EmbeddedPostgresServer server : servers) {
      try (Connection connection = server.connect("postgres");
          Statement statement = connection.createStatement()) {
        statement.execute("CHECKPOINT");
      }
    }
  }

  private static double secondsSince(long started) {
    return (System.nanoTime() - started) / 1e9;
  }

  @SuppressWarnings("AnnotateFormatMethod") // its annotation is not worth a dependency
  private static void say(String format, Object... values) {
    System.err.println(String.format(Locale.ROOT, format, values));
  }
}
