package culturalintelligence.localdev.run;

import com.fasterxml.jackson.databind.JsonNode;
import culturalintelligence.localdev.operator.OperatorApi;
import culturalintelligence.localdev.operator.Text;
import culturalintelligence.localdev.sample.SampleLibrary;
import culturalintelligence.localdev.servers.EmbeddedPostgresServer;
import culturalintelligence.localdev.servers.EmbeddedQueue;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Starts everything a newcomer lacks, then the functions, and does once what an operator would do.
 * What is given by configuration (METACRATE_URL, CULTURAL_INTELLIGENCE_URL, QUEUE_URL,
 * LIBRARY_ROOTS) is used; what is not is embedded.
 */
@Command(
    name = "local-dev/run",
    mixinStandardHelpOptions = true,
    description =
        "Starts all functions in one process, with an embedded PostgreSQL and queue where none is configured; migrates and verifies.",
    footer = {
      "",
      "Without --once it stays, in Quarkus dev mode, until Ctrl-C; a second start goes on with its data.",
      "With --once: exit code 0 verified, 1 differs, 2 could not.",
      "METACRATE_URL, CULTURAL_INTELLIGENCE_URL (with …_USER, …_PASSWORD), QUEUE_URL and LIBRARY_ROOTS",
      "(prefix=location;prefix=location) lead to real servers."
    })
public final class Run implements Callable<Integer> {
  private static final int VERIFIED = 0;
  private static final int DIFFERS = 1;
  private static final int COULD_NOT = 2;
  private static final long SEED = 20_260_101;
  private static final long ALONE_MILLIS = 8_000;
  private static final long LOOK_EVERY_MILLIS = 300;
  private static final int LIFE_WRITERS = 2;

  @Option(names = "--once", description = "run packaged code, migrate, verify, report and exit")
  private boolean once;

  @Option(
      names = "--tracks",
      defaultValue = "25000",
      paramLabel = "N",
      description = "tracks of the sample library (default ${DEFAULT-VALUE})")
  private long tracks;

  @Option(
      names = "--no-sample",
      description = "start the functions only: no sample library, no migration")
  private boolean noSample;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "where the embedded servers keep their files (default: .data in the repository)")
  private @Nullable Path data;

  @Option(
      names = "--port",
      defaultValue = "5000",
      paramLabel = "PORT",
      description = "the functions' port (default ${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--writers",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "so many writers change the sample at full speed while it migrates; their changes are captured and drained")
  private int writers;

  @Option(
      names = "--lifecycle",
      description =
          "with --once: take the sample's tables through their whole life afterwards, from OLD to RETIRED and back,"
              + " to DROPPED, restored, and back, with writers at work; they end equal, or the exit code is 1")
  private boolean lifecycle;

  @Option(names = "--home", hidden = true, description = "the repository")
  private Path home = Path.of(".");

  private @Nullable EmbeddedPostgresServer postgres;
  private @Nullable EmbeddedQueue queue;
  private @Nullable FunctionsProcess functions;
  private volatile boolean stopping;

  /** Runs until done, or until it is stopped. */
  public static void main(String[] args) {
    Run run = new Run();
    Thread hook = new Thread(run::stop, "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    int code = new CommandLine(run).execute(args);
    System.exit(code);
  }

  @Override
  public Integer call() throws Exception {
    if (lifecycle && (!once || noSample)) {
      System.err.println("--lifecycle needs --once, and a sample");
      return COULD_NOT;
    }
    if (lifecycle
        && (System.getenv("METACRATE_URL") != null
            || System.getenv("CULTURAL_INTELLIGENCE_URL") != null)) {
      System.err.println("--lifecycle drops tables: it works on the embedded sample only");
      return COULD_NOT;
    }
    if (tracks < 0) {
      System.err.println("--tracks must be 0 or more");
      return COULD_NOT;
    }
    Path folder = (data == null ? home.resolve(".data") : data).toAbsolutePath().normalize();
    Files.createDirectories(folder);
    try (RandomAccessFile lockFile = new RandomAccessFile(folder.resolve("lock").toFile(), "rw");
        FileLock lock = lockFile.getChannel().tryLock()) {
      if (lock == null) {
        System.err.println(folder + " is in use by another local-dev/run; stop it, or use --data");
        return COULD_NOT;
      }
      return run(folder);
    } catch (OperatorApi.Refused e) {
      return stopping ? VERIFIED : couldNot(String.valueOf(e.getMessage()), e.next());
    } catch (IOException | SQLException e) {
      return stopping ? VERIFIED : couldNot(String.valueOf(e.getMessage()), null);
    } finally {
      stop();
    }
  }

  private int couldNot(String reason, @Nullable String next) {
    System.err.println();
    System.err.println("could not: " + reason);
    if (next != null) {
      System.err.println("next: " + next);
    }
    FunctionsProcess process = functions;
    if (process != null) {
      System.err.println("the functions' log: " + process.log());
    }
    return COULD_NOT;
  }

  private int run(Path folder)
      throws IOException, SQLException, OperatorApi.Refused, InterruptedException {
    Map<String, String> environment = servers(folder);
    FunctionsProcess process =
        FunctionsProcess.start(home, once, port, environment, folder.resolve("functions.log"));
    functions = process;
    try (OperatorApi api =
        new OperatorApi(
            URI.create("http://127.0.0.1:" + port), System.getenv("CRATECTL_API_KEY"))) {
      say(once ? "starting the functions …" : "starting the functions in Quarkus dev mode …");
      if (!process.awaitAnswer(api)) {
        System.err.println(process.tailOfLog());
        return couldNot("the functions did not start", null);
      }
      int verdict = VERIFIED;
      if (!noSample) {
        verdict = migrate(api);
      }
      if (once) {
        return verdict;
      }
      say(
          """

          The functions answer at   http://127.0.0.1:%1$d/api/v3.2/health
          The run's status is at    http://127.0.0.1:%1$d/operations/status   (local-dev/cratectl status)
          Their log is              %2$s
          Ctrl-C stops all of it; the next start goes on from here."""
              .formatted(port, process.log()));
      process.await();
      return stopping ? VERIFIED : couldNot("the functions ended", null);
    }
  }

  /** The addresses the functions get: those configured, and embedded servers for the others. */
  private Map<String, String> servers(Path folder) throws IOException, SQLException {
    Map<String, String> environment = new HashMap<>();
    boolean source = System.getenv("METACRATE_URL") == null;
    boolean target = System.getenv("CULTURAL_INTELLIGENCE_URL") == null;
    if (source || target) {
      say("starting PostgreSQL in " + folder + " …");
      EmbeddedPostgresServer server = EmbeddedPostgresServer.start(folder.resolve("postgresql"));
      postgres = server;
      if (source) {
        environment.put("METACRATE_URL", server.database("metacrate"));
        environment.put("METACRATE_USER", server.user());
        if (!noSample) {
          createSample(server);
        }
      }
      if (target) {
        environment.put("CULTURAL_INTELLIGENCE_URL", server.database("cultural_intelligence"));
        environment.put("CULTURAL_INTELLIGENCE_USER", server.user());
      }
    }
    if (System.getenv("QUEUE_URL") == null) {
      EmbeddedQueue started = EmbeddedQueue.start();
      queue = started;
      environment.put("QUEUE_URL", started.url("migrate"));
    }
    if (System.getenv("ARCHIVE_FOLDER") == null) {
      environment.put("ARCHIVE_FOLDER", folder.resolve("archives").toString());
    }
    if (System.getenv("LIBRARY_ROOTS") == null) {
      environment.put("LIBRARY_ROOTS", "X:\\Music=" + sampleAudio());
    }
    return environment;
  }

  private Path sampleAudio() {
    return home.toAbsolutePath().normalize().resolve("local-dev/tools/target/sample-audio");
  }

  private void createSample(EmbeddedPostgresServer server) throws IOException, SQLException {
    try (Connection connection = server.connect("metacrate")) {
      if (SampleLibrary.exists(connection)) {
        return;
      }
      ProgressLine line = new ProgressLine();
      SampleLibrary.create(
          connection,
          tracks,
          SEED,
          sampleAudio(),
          (table, done, of) ->
              line.show(
                  "making the sample library: %s %,d of about %,d".formatted(table, done, of)));
      line.end();
    }
  }

  private int migrate(OperatorApi api)
      throws OperatorApi.Refused, InterruptedException, SQLException {
    api.post("/operations/schema");
    say(Text.discovery(api.get("/operations/discover")).stripTrailing());
    JsonNode plan = api.post("/operations/plan");
    say(
        (plan.path("created").asBoolean() ? "plan %s made" : "going on with plan %s")
            .formatted(plan.path("plan").asText()));
    Migration migration = new Migration(api);
    JsonNode progress = writers > 0 ? copyWhileTheyWrite(api, migration) : migration.copy();
    if (progress.path("phase").asText().equals("STUCK")) {
      System.out.print(Text.report(api.get("/operations/report")));
      return COULD_NOT;
    }
    if (lifecycle && writers == 0) {
      api.post("/operations/capture");
    }
    progress = migration.verify();
    System.out.print(Text.report(api.get("/operations/report")));
    if (lifecycle && progress.path("phase").asText().equals("VERIFIED")) {
      return wholeLife(api, migration);
    }
    return switch (progress.path("phase").asText()) {
      case "VERIFIED" -> VERIFIED;
      case "DIFFERS" -> DIFFERS;
      default -> COULD_NOT;
    };
  }

  private int wholeLife(OperatorApi api, Migration migration)
      throws OperatorApi.Refused, InterruptedException, SQLException {
    EmbeddedPostgresServer server = postgres;
    if (server == null) {
      throw new IllegalStateException("--lifecycle works on the embedded sample only");
    }
    boolean equal =
        new Lifecycle(
                api,
                migration,
                () -> server.connect("metacrate"),
                () -> server.connect("cultural_intelligence"))
            .run(writers == 0 ? LIFE_WRITERS : writers);
    System.out.print(Text.report(api.get("/operations/report")));
    return equal ? VERIFIED : DIFFERS;
  }

  /** The same writers before and during the run: what they wait longer is our doing. */
  private JsonNode copyWhileTheyWrite(OperatorApi api, Migration migration)
      throws OperatorApi.Refused, InterruptedException, SQLException {
    EmbeddedPostgresServer server = postgres;
    if (server == null) {
      throw new IllegalStateException("--writers change the embedded sample only");
    }
    Writers metacrate = new Writers(() -> server.connect("metacrate"));
    try {
      say("%d writers at work, alone …".formatted(writers));
      metacrate.start(writers);
      Thread.sleep(ALONE_MILLIS);
      Writers.Times alone = metacrate.stop(ALONE_MILLIS / 1e3);
      say(
          "%d writers at work while the sample is captured, copied and drained …"
              .formatted(writers));
      metacrate.start(writers);
      long began = System.nanoTime();
      api.post("/operations/capture");
      JsonNode progress = migration.copy();
      long left = ALONE_MILLIS - (System.nanoTime() - began) / 1_000_000;
      if (left > 0) {
        Thread.sleep(left);
      }
      Writers.Times during = metacrate.stop((System.nanoTime() - began) / 1e9);
      long stopped = System.nanoTime();
      JsonNode lag = api.post("/operations/drain");
      long waited = lag.path("waiting").asLong();
      while (!lag.path("drained").asBoolean() && lag.path("stops").isEmpty()) {
        Thread.sleep(LOOK_EVERY_MILLIS);
        lag = api.get("/operations/capture/lag");
      }
      say(
          "drained: %,d changes waited when the writers stopped; %.1f s later none did"
              .formatted(waited, (System.nanoTime() - stopped) / 1e9));
      System.out.println(
          "{\"writers\":%d,\"statements_alone\":%d,\"statements_during\":%d,\"per_second_alone\":%.0f,\"per_second_during\":%.0f,\"p50_alone_ms\":%.3f,\"p50_during_ms\":%.3f,\"p99_alone_ms\":%.3f,\"p99_during_ms\":%.3f,\"p99_ratio\":%.2f}"
              .formatted(
                  writers,
                  alone.statements(),
                  during.statements(),
                  alone.perSecond(),
                  during.perSecond(),
                  alone.p50Millis(),
                  during.p50Millis(),
                  alone.p99Millis(),
                  during.p99Millis(),
                  during.p99Millis() / alone.p99Millis()));
      return progress;
    } finally {
      metacrate.close();
    }
  }

  private static void say(String text) {
    System.err.println(text);
  }

  /** The functions first, then what they use. Called once, whoever comes first. */
  private synchronized void stop() {
    stopping = true;
    FunctionsProcess process = functions;
    functions = null;
    if (process != null) {
      process.stop();
    }
    EmbeddedQueue q = queue;
    queue = null;
    if (q != null) {
      q.close();
    }
    EmbeddedPostgresServer server = postgres;
    postgres = null;
    if (server != null) {
      try {
        server.close();
      } catch (IOException e) {
        System.err.println("PostgreSQL could not be stopped: " + e.getMessage());
      }
    }
  }
}
