package culturalintelligence.testkit.lambda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One packaged function in a process of its own with Lambda's environment and nothing of ours, on a
 * runtime API of its own.
 */
public final class Sandbox implements AutoCloseable {
  public final RuntimeApi api;
  private final Process process;
  private final Path log;
  private final long begun;

  private Sandbox(RuntimeApi api, Process process, Path log, long begun) {
    this.api = api;
    this.process = process;
    this.log = log;
    this.begun = begun;
  }

  /** Starts it, and does not wait. */
  public static Sandbox start(PackagedFunction function, Map<String, String> environment) {
    RuntimeApi api = RuntimeApi.start();
    try {
      Path log = Files.createTempFile("lambda-" + function.name(), ".log");
      ProcessBuilder builder = new ProcessBuilder(function.command());
      Map<String, String> variables = new LinkedHashMap<>();
      variables.put("PATH", "/usr/local/bin:/usr/bin:/bin");
      variables.put("TZ", ":UTC");
      variables.put("LANG", "en_US.UTF-8");
      variables.put("AWS_REGION", "eu-west-1");
      variables.put("AWS_LAMBDA_RUNTIME_API", api.address());
      variables.put("AWS_LAMBDA_FUNCTION_NAME", "test-" + function.name());
      variables.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
      variables.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024");
      variables.put("AWS_LAMBDA_LOG_GROUP_NAME", "test");
      variables.put("AWS_LAMBDA_LOG_STREAM_NAME", "test");
      variables.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
      variables.put("LAMBDA_TASK_ROOT", function.root().toString());
      variables.put("_HANDLER", function.handler());
      variables.putAll(environment);
      builder.environment().clear();
      builder.environment().putAll(variables);
      builder.directory(function.root().toFile());
      builder.redirectErrorStream(true);
      builder.redirectOutput(log.toFile());
      long begun = System.nanoTime();
      return new Sandbox(api, builder.start(), log, begun);
    } catch (IOException e) {
      api.close();
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it and waits until it asks for work. */
  public static Sandbox ready(PackagedFunction function, Map<String, String> environment) {
    Sandbox sandbox = start(function, environment);
    if (!sandbox.api.awaitReady(Duration.ofSeconds(90))) {
      String said = sandbox.log();
      sandbox.close();
      throw new IllegalStateException(function + " did not start: " + said);
    }
    return sandbox;
  }

  /** Since it was started. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** Resident memory in bytes, as the kernel counts it. */
  public long residentBytes() {
    return status("VmRSS:") * 1024;
  }

  public long threads() {
    return status("Threads:");
  }

  /** Open files and sockets. */
  public long openFiles() {
    String[] open = Path.of("/proc", Long.toString(pid()), "fd").toFile().list();
    return open == null ? 0 : open.length;
  }

  private long status(String field) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status"))) {
        if (line.startsWith(field)) {
          return Long.parseLong(line.substring(field.length()).replaceAll("\\D", ""));
        }
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As AWS freezes a sandbox between two calls: no instruction runs, no packet is answered. */
  public void freeze() {
    signal("STOP");
  }

  public void thaw() {
    signal("CONT");
  }

  /** Asks it to end, as AWS does before it takes a sandbox away; its exit code. */
  public int terminate(Duration most) {
    signal("TERM");
    try {
      if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("still running after " + most);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void signal(String name) {
    try {
      int code =
          new ProcessBuilder(List.of("kill", "-" + name, Long.toString(pid())))
              .inheritIO()
              .start()
              .waitFor();
      if (code != 0) {
        throw new IllegalStateException("kill -" + name + " ended with " + code);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Everything it wrote. */
  public String log() {
    try {
      return Files.readString(log, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    api.close();
    try {
      process.waitFor();
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
