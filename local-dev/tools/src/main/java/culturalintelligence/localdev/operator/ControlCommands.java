package culturalintelligence.localdev.operator;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The verbs that hold a run back, end it, and help it along. */
final class ControlCommands {
  private ControlCommands() {}

  static void addTo(CommandLine line, OperatorApi api) {
    line.addSubcommand(new Resume(api));
    line.addSubcommand(new Limit(api));
    line.addSubcommand(new Cancel(api));
    line.addSubcommand(new Redrive(api));
  }

  @Command(
      name = "resume",
      description = "Let a paused or cancelled run go on, from what is copied.",
      mixinStandardHelpOptions = true)
  static final class Resume implements Callable<Integer> {
    private final OperatorApi api;
    @CommandLine.Mixin private final Cratectl.Output output = new Cratectl.Output();

    Resume(OperatorApi api) {
      this.api = api;
    }

    @Override
    public Integer call() throws OperatorApi.Refused {
      output.print(
          api.post("/operations/resume"),
          q ->
              "plan %s: %s chunks queued%nnext:        cratectl status --watch"
                  .formatted(q.path("plan").asText(), q.path("chunks").asText()));
      return Cratectl.EQUAL;
    }
  }

  @Command(
      name = "throttle",
      description =
          "Set how hard the run may work; workers read it before each chunk. 0 takes a limit away.",
      mixinStandardHelpOptions = true)
  static final class Limit implements Callable<Integer> {
    private final OperatorApi api;
    @CommandLine.Mixin private final Cratectl.Output output = new Cratectl.Output();

    Limit(OperatorApi api) {
      this.api = api;
    }

    @Option(names = "--workers", paramLabel = "N", description = "chunks copied at once, at most")
    private @Nullable Integer workers;

    @Option(
        names = "--load",
        paramLabel = "N",
        description = "begin no chunk while more than N other sessions are at work on the source")
    private @Nullable Integer active;

    @Option(
        names = "--lag",
        paramLabel = "MS",
        description = "nor while a replica of the source is further behind than this")
    private @Nullable Integer lag;

    @Option(
        names = "--probe",
        paramLabel = "MS",
        description = "nor while a small query takes the source longer (95th percentile)")
    private @Nullable Integer probe;

    @Override
    public Integer call() throws OperatorApi.Refused {
      Map<String, Integer> limits = new HashMap<>();
      put(limits, "workers", workers);
      put(limits, "active", active);
      put(limits, "lagMillis", lag);
      put(limits, "probeMillis", probe);
      output.print(api.post("/operations/throttle", limits), Text::status);
      return Cratectl.EQUAL;
    }

    private static void put(Map<String, Integer> limits, String name, @Nullable Integer value) {
      if (value != null) {
        limits.put(name, value);
      }
    }
  }

  @Command(
      name = "cancel",
      description =
          "End the run's work. What is copied stays, unless --discard --execute removes it.",
      mixinStandardHelpOptions = true)
  static final class Cancel implements Callable<Integer> {
    private final OperatorApi api;
    @CommandLine.Mixin private final Cratectl.Output output = new Cratectl.Output();

    Cancel(OperatorApi api) {
      this.api = api;
    }

    @Option(names = "--discard", description = "say what a removal of what is copied would take")
    private boolean discard;

    @Option(names = "--execute", description = "with --discard: remove it")
    private boolean execute;

    @Override
    public Integer call() throws OperatorApi.Refused {
      output.print(
          api.post(
              "/operations/cancel?discard=%s&execute=%s".formatted(discard, discard && execute)),
          ControlText::cancelled);
      return Cratectl.EQUAL;
    }
  }

  @Command(
      name = "redrive",
      description =
          "Show the messages that failed and why; with --execute, send dead letters back.",
      mixinStandardHelpOptions = true)
  static final class Redrive implements Callable<Integer> {
    private final OperatorApi api;
    @CommandLine.Mixin private final Cratectl.Output output = new Cratectl.Output();

    Redrive(OperatorApi api) {
      this.api = api;
    }

    @Option(names = "--execute", description = "send them back to their queues")
    private boolean execute;

    @Override
    public Integer call() throws OperatorApi.Refused {
      output.print(
          execute ? api.post("/operations/redrive") : api.get("/operations/dead-letters"),
          ControlText::deadLetters);
      return Cratectl.EQUAL;
    }
  }
}
