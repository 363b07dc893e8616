package culturalintelligence.localdev.lambda;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import culturalintelligence.testkit.database.TestDatabase;
import culturalintelligence.testkit.lambda.Events;
import culturalintelligence.testkit.lambda.PackagedFunction;
import culturalintelligence.testkit.lambda.PackagedFunction.Kind;
import culturalintelligence.testkit.lambda.RuntimeApi.Outcome;
import culturalintelligence.testkit.lambda.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How long each packaged function takes from nothing to its first answer with the database in it,
 * and what it weighs. {@code local-dev/bench cold} runs it.
 */
public final class ColdBench {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private ColdBench() {}

  private record Figures(
      double bestMs, double medianMs, double idleMb, double zipMb, double executableMb) {}

  public static void main(String[] args) throws Exception {
    int rounds = args.length == 0 ? 7 : Integer.parseInt(args[0]);
    ArrayNode all = LambdaCall.JSON.createArrayNode();
    System.err.printf(
        "%-14s %-10s %14s %14s %10s %8s %8s%n",
        "function", "runs as", "first, best", "first, median", "idle", "exe", "zip");
    for (String name : List.of("analysis", "migration", "verification", "operations")) {
      Built.find(name, Kind.NATIVE).ifPresent(f -> print(all, f, "native", rounds));
      Built.find(name, Kind.JVM)
          .ifPresent(
              f -> {
                print(all, f, "JVM", rounds);
                Path cache = f.root().resolveSibling("startup.aot");
                if (train(f, cache)) {
                  print(all, f.with(List.of("-XX:AOTCache=" + cache)), "JVM, AOT", rounds);
                }
              });
    }
    System.out.println(all);
  }

  private static void print(ArrayNode all, PackagedFunction function, String as, int rounds) {
    Figures figures = measure(function, rounds);
    System.err.printf(
        Locale.ROOT,
        "%-14s %-10s %11.0f ms %11.0f ms %7.1f MB %5.0f MB %5.1f MB%n",
        function.name(),
        as,
        figures.bestMs,
        figures.medianMs,
        figures.idleMb,
        figures.executableMb,
        figures.zipMb);
    ObjectNode line = all.addObject();
    line.put("function", function.name())
        .put("runs_as", as)
        .put("first_answer_best_ms", figures.bestMs)
        .put("first_answer_median_ms", figures.medianMs)
        .put("idle_rss_mb", figures.idleMb)
        .put("executable_mb", figures.executableMb)
        .put("zip_mb", figures.zipMb);
  }

  private static Figures measure(PackagedFunction function, int rounds) {
    List<Double> times = new ArrayList<>();
    double idle = 0;
    try (TestDatabase target = TestDatabase.migrated();
        TestDatabase source = TestDatabase.empty()) {
      for (int round = 0; round < rounds; round++) {
        try (Sandbox sandbox = Sandbox.start(function, environment(target, source))) {
          first(sandbox, function);
          times.add(sandbox.age().toNanos() / 1e6);
          Thread.sleep(1000);
          idle = Math.max(idle, sandbox.residentBytes() / 1e6);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    times.sort(null);
    try {
      Path executable = function.root().resolve("bootstrap");
      return new Figures(
          times.getFirst(),
          times.get(times.size() / 2),
          idle,
          Files.size(function.zip()) / 1e6,
          Files.isRegularFile(executable) ? Files.size(executable) / 1e6 : 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Map<String, String> environment(TestDatabase target, TestDatabase source) {
    Map<String, String> environment = new TreeMap<>(target.environment("CULTURAL_INTELLIGENCE"));
    environment.putAll(source.environment("METACRATE"));
    environment.put("CULTURAL_INTELLIGENCE_POOL", "1");
    environment.put("API_OPEN", "true");
    environment.put("LOG_JSON", "true");
    return environment;
  }

  /** Something each can only answer with the database's help. */
  private static void first(Sandbox sandbox, PackagedFunction function) {
    String event =
        switch (function.name()) {
          case "analysis" -> Events.http("GET", "/api/v3.2/health", "", null);
          case "operations" -> Events.http("GET", "/operations/schema", "", null);
          default -> Events.queue("{\"version\":1,\"plan\":1,\"chunk\":1}");
        };
    Outcome outcome = sandbox.api.call(event, PATIENCE);
    String said = outcome instanceof Outcome.Answered answered ? answered.body() : null;
    if (said == null || !isRight(function, said)) {
      throw new IllegalStateException(function + " answered " + outcome + sandbox.log());
    }
  }

  private static boolean isRight(PackagedFunction function, @Nullable String said) {
    return said != null
        && switch (function.name()) {
          case "analysis" -> said.contains("\\\"database_connected\\\":true");
          case "operations" -> said.contains("\\\"applied\\\"");
          // The ledger knows no such chunk: it had to be asked.
          default -> said.equals("{\"batchItemFailures\":[]}");
        };
  }

  private static boolean train(PackagedFunction function, Path cache) {
    try (TestDatabase target = TestDatabase.migrated();
        TestDatabase source = TestDatabase.empty();
        Sandbox sandbox =
            Sandbox.start(
                function.with(List.of("-XX:AOTCacheOutput=" + cache)),
                environment(target, source))) {
      for (int i = 0; i < 5; i++) {
        first(sandbox, function);
      }
      sandbox.terminate(Duration.ofMinutes(2));
      if (!Files.isRegularFile(cache)) {
        System.err.println("no AOT cache of " + function + ": " + sandbox.log());
        return false;
      }
      return true;
    }
  }
}
