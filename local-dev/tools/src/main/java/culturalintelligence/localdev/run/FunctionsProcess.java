package culturalintelligence.localdev.run;

import culturalintelligence.localdev.operator.OperatorApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The process in which all functions run: packaged, or in Quarkus dev mode. */
final class FunctionsProcess {
  private static final Duration STARTING = Duration.ofMinutes(5);
  private static final long STOPPING_SECONDS = 20;
  private static final int TAIL = 40;

  /** A chunk is some megabytes, whatever the library's size: this heap is for all sizes. */
  private static final String HEAP = "-Xmx256m";

  private final Process process;
  private final Path log;

  private FunctionsProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static FunctionsProcess start(
      Path home, boolean packaged, int port, Map<String, String> environment, Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (packaged) {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add(HEAP);
      command.add("-Dquarkus.http.port=" + port);
      command.add("-jar");
      command.add(home.resolve("local-dev/server/target/quarkus-app/quarkus-run.jar").toString());
    } else {
      command.add(System.getenv().getOrDefault("LOCAL_DEV_MAVEN", "mvn"));
      command.addAll(
          List.of(
              "-f",
              home.resolve("local-dev/server").toString(),
              "-B",
              "quarkus:dev",
              "-Dfast",
              "-Dquarkus.http.port=" + port,
              "-Dquarkus.analytics.disabled=true",
              "-Ddebug=false",
              "-Djvm.args=" + HEAP));
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(ProcessBuilder.Redirect.PIPE);
    builder.environment().putAll(environment);
    builder.environment().putIfAbsent("MIGRATION_LEASE", "15s");
    return new FunctionsProcess(builder.start(), log);
  }

  Path log() {
    return log;
  }

  /** Waits for the first answer; false when the process ended, or none came in good time. */
  boolean awaitAnswer(OperatorApi api) throws InterruptedException {
    Instant until = Instant.now().plus(STARTING);
    while (process.isAlive() && Instant.now().isBefore(until)) {
      try {
        api.get("/operations/schema");
        return true;
      } catch (OperatorApi.Refused e) {
        if (e.status() != 0) {
          // It answers: what it says is for the next step to hear.
          return true;
        }
        Thread.sleep(200);
      }
    }
    return false;
  }

  String tailOfLog() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
  }

  void await() throws InterruptedException {
    process.waitFor();
  }

  void stop() {
    // Maven in dev mode has the functions' own process below it.
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroy);
    for (ProcessHandle handle : all) {
      try {
        handle.onExit().get(STOPPING_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        handle.destroyForcibly();
      }
    }
  }
}
