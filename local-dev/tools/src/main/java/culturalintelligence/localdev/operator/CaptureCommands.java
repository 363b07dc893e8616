package culturalintelligence.localdev.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Catching MetaCrate's changes while a run goes on. */
final class CaptureCommands {
  private static final long LOOK_EVERY_MILLIS = 500;

  private CaptureCommands() {}

  @Command(
      name = "capture",
      mixinStandardHelpOptions = true,
      description =
          "Show the outbox and triggers that would be put into MetaCrate's database; with --execute, do it.")
  static final class Capture implements Callable<Integer> {
    private final OperatorApi api;

    @CommandLine.Mixin private Cratectl.Output output = new Cratectl.Output();

    @Option(names = "--execute", description = "install them; said twice, mends what is missing")
    private boolean execute;

    Capture(OperatorApi api) {
      this.api = api;
    }

    @Override
    public Integer call() throws OperatorApi.Refused {
      JsonNode answer = execute ? api.post("/operations/capture") : api.get("/operations/capture");
      output.print(answer, a -> execute ? installed(a) : planned(a));
      return Cratectl.EQUAL;
    }

    /** SQL that can be run as it stands, what else there is to say in comments. */
    private static String planned(JsonNode answer) {
      StringBuilder sql = new StringBuilder();
      sql.append(answer.path("installation").path("schema").asText()).append('\n');
      for (JsonNode step : answer.path("installation").path("steps")) {
        sql.append(
            step.hasNonNull("refusal")
                ? "-- not captured: %s: %s%n"
                    .formatted(step.path("table").asText(), step.path("refusal").asText())
                : step.path("captured").asBoolean()
                    ? "-- captured: %s%n".formatted(step.path("table").asText())
                    : step.path("sql").asText());
      }
      return sql + "-- next: cratectl capture --execute";
    }

    private static String installed(JsonNode answer) {
      StringBuilder text = new StringBuilder();
      for (JsonNode step : answer.path("installation").path("steps")) {
        text.append(
            "  %-40s %s%n"
                .formatted(
                    step.path("table").asText(),
                    step.hasNonNull("refusal") ? step.path("refusal").asText() : "captured"));
      }
      return text + lag(answer.path("now"));
    }
  }

  @Command(
      name = "uncapture",
      mixinStandardHelpOptions = true,
      description =
          "Show what takes outbox and triggers out of MetaCrate's database again; with --execute, do it.")
  static final class Uncapture implements Callable<Integer> {
    private final OperatorApi api;

    @CommandLine.Mixin private Cratectl.Output output = new Cratectl.Output();

    @Option(names = "--execute", description = "take them out")
    private boolean execute;

    @Option(names = "--discard", description = "also when changes wait that nobody has applied")
    private boolean discard;

    Uncapture(OperatorApi api) {
      this.api = api;
    }

    @Override
    public Integer call() throws OperatorApi.Refused {
      if (execute) {
        output.print(api.delete("/operations/capture?discard=" + discard), CaptureCommands::lag);
      } else {
        output.print(
            api.get("/operations/capture"),
            a -> a.path("uninstallation").asText() + "-- next: cratectl uncapture --execute");
      }
      return Cratectl.EQUAL;
    }
  }

  @Command(
      name = "drain",
      mixinStandardHelpOptions = true,
      description = "Apply what was captured, now, and wait until nothing is left.")
  static final class Drain implements Callable<Integer> {
    private final OperatorApi api;

    @CommandLine.Mixin private Cratectl.Output output = new Cratectl.Output();

    @Option(
        names = "--wait",
        defaultValue = "600",
        paramLabel = "SECONDS",
        description = "how long at most (default ${DEFAULT-VALUE})")
    private int seconds;

    Drain(OperatorApi api) {
      this.api = api;
    }

    @Override
    public Integer call() throws OperatorApi.Refused, InterruptedException {
      long until = System.nanoTime() + seconds * 1_000_000_000L;
      JsonNode now = api.post("/operations/drain");
      while (!now.path("drained").asBoolean()
          && now.path("stops").isEmpty()
          && System.nanoTime() < until) {
        Thread.sleep(LOOK_EVERY_MILLIS);
        now = api.get("/operations/capture/lag");
      }
      output.print(now, CaptureCommands::lag);
      // What was caught is applied, and yet the run stands still: a script must not go on from
      // here.
      boolean done = now.path("drained").asBoolean() && now.path("stops").isEmpty();
      return done ? Cratectl.EQUAL : Cratectl.COULD_NOT;
    }
  }

  private static String lag(JsonNode now) {
    StringBuilder text = new StringBuilder();
    text.append("captured:    %s%n".formatted(now.path("captured").asBoolean() ? "yes" : "no"));
    text.append(
        "waiting:     %s%s%n"
            .formatted(
                now.hasNonNull("waiting") ? now.path("waiting").asText() + " changes" : "n/a",
                now.hasNonNull("oldestSeconds")
                    ? ", the oldest %.1f s".formatted(now.path("oldestSeconds").asDouble())
                    : ""));
    text.append("to do again: %s keys%n".formatted(now.path("redo").asText()));
    for (JsonNode stop : now.path("stops")) {
      text.append("stopped:     %s%n".formatted(stop.path("reason").asText()));
      text.append("next:        %s%n".formatted(stop.path("next").asText()));
    }
    return text.toString();
  }
}
