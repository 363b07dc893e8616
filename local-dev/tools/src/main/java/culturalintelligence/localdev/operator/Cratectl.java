package culturalintelligence.localdev.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The operator's command line. Data goes to stdout, everything else to stderr; the exit code is the
 * verdict: 0 as it should be, 1 it differs, 2 it could not be done.
 */
@Command(
    name = "cratectl",
    mixinStandardHelpOptions = true,
    version = "cratectl 0.1",
    description =
        "Takes a MetaCrate database over: discover, plan, start, status, verify, switch, roll back.",
    footer = {
      "",
      "The functions are at CRATECTL_URL (default http://127.0.0.1:5000); a key they ask for is in",
      "CRATECTL_API_KEY. Exit codes: 0 done or equal, 1 differs, 2 could not."
    })
public final class Cratectl {
  static final int EQUAL = 0;
  static final int DIFFERS = 1;
  static final int COULD_NOT = 2;
  private static final long WATCH_MILLIS = 1_000;

  private final OperatorApi api;

  private Cratectl(OperatorApi api) {
    this.api = api;
  }

  /** Runs one command. */
  public static void main(String[] args) {
    String url = System.getenv().getOrDefault("CRATECTL_URL", "http://127.0.0.1:5000");
    try (OperatorApi api = new OperatorApi(URI.create(url), System.getenv("CRATECTL_API_KEY"))) {
      System.exit(run(api, args));
    } catch (IllegalArgumentException e) {
      System.err.println("cratectl: CRATECTL_URL is no address: " + url);
      System.exit(COULD_NOT);
    }
  }

  static int run(OperatorApi api, String... args) {
    CommandLine line = new CommandLine(new Cratectl(api));
    line.addSubcommand(new RepairCommand(api));
    line.addSubcommand(new EvidenceCommand(api));
    line.addSubcommand(new CaptureCommands.Capture(api));
    line.addSubcommand(new CaptureCommands.Uncapture(api));
    line.addSubcommand(new CaptureCommands.Drain(api));
    FileCommands.register(line, api);
    ControlCommands.addTo(line, api);
    PhaseCommands.addTo(line, api);
    line.addSubcommand(new MappingCommands.Assess(api));
    line.addSubcommand(new MappingCommands.Show(api));
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          if (e instanceof OperatorApi.Refused refused) {
            System.err.println("cratectl: " + refused.getMessage());
            if (refused.next() != null) {
              System.err.println("next: " + refused.next());
            }
            return COULD_NOT;
          }
          throw e;
        });
    line.getCommandSpec().usageMessage().autoWidth(true);
    return args.length == 0 ? line.execute("--help") : line.execute(args);
  }

  /** Every command has a twin for programs. */
  static final class Output {
    @Option(names = "--json", description = "print the answer as JSON")
    boolean json;

    void print(JsonNode answer, Function<JsonNode, String> text) {
      System.out.println(json ? answer.toPrettyString() : text.apply(answer).stripTrailing());
    }
  }

  @Command(
      description = "Show what the target's schema lacks; with --execute, apply it.",
      mixinStandardHelpOptions = true)
  int schema(
      @CommandLine.Mixin Output output,
      @Option(names = "--execute", description = "apply the pending migrations") boolean execute)
      throws OperatorApi.Refused {
    JsonNode state = execute ? api.post("/operations/schema") : api.get("/operations/schema");
    output.print(
        state,
        s ->
            "applied:     %s%npending:     %s%nnext:        %s"
                .formatted(
                    names(s.path("applied")),
                    names(s.path("pending")),
                    s.path("pending").isEmpty() ? "cratectl plan" : "cratectl schema --execute"));
    return EQUAL;
  }

  private static String names(JsonNode list) {
    return list.isEmpty()
        ? "none"
        : String.join(", ", list.valueStream().map(JsonNode::asText).toList());
  }

  @Command(
      description = "Find the music tables and say whether they can be carried. Writes nothing.",
      mixinStandardHelpOptions = true)
  int discover(@CommandLine.Mixin Output output) throws OperatorApi.Refused {
    output.print(api.get("/operations/discover"), Text::discovery);
    return EQUAL;
  }

  @Command(
      description = "Make the plan: tables, chunks, homes in the target. Made once, then kept.",
      mixinStandardHelpOptions = true)
  int plan(
      @CommandLine.Mixin Output output,
      @Option(names = "--dry-run", description = "only say what it would be; nothing is written")
          boolean dryRun,
      @Option(
              names = "--again",
              description = "say what changed in the source since, and how to plan anew")
          boolean again)
      throws OperatorApi.Refused {
    if (dryRun || again) {
      output.print(api.get("/operations/plan/dry-run"), ControlText::dryRun);
      return EQUAL;
    }
    output.print(
        api.post("/operations/plan"),
        p ->
            (p.path("created").asBoolean() ? "A plan was made.%n" : "There is a plan.%n")
                    .formatted()
                + Text.status(p.path("progress")));
    return EQUAL;
  }

  @Command(
      description = "Start the run, or let it go on: queue what is not copied yet.",
      mixinStandardHelpOptions = true)
  int start(@CommandLine.Mixin Output output) throws OperatorApi.Refused {
    output.print(
        api.post("/operations/start"),
        q ->
            "plan %s: %s chunks queued%nnext:        cratectl status --watch"
                .formatted(q.path("plan").asText(), q.path("chunks").asText()));
    return EQUAL;
  }

  @Command(
      description = "Hold the run: no worker takes another chunk.",
      mixinStandardHelpOptions = true)
  int pause(@CommandLine.Mixin Output output) throws OperatorApi.Refused {
    output.print(api.post("/operations/pause"), Text::status);
    return EQUAL;
  }

  @Command(description = "Say where the run stands.", mixinStandardHelpOptions = true)
  int status(
      @CommandLine.Mixin Output output,
      @Option(names = "--watch", description = "a line a second, until it ends") boolean watch)
      throws OperatorApi.Refused, InterruptedException {
    JsonNode progress = api.get("/operations/status");
    while (watch && isUnderWay(progress)) {
      System.err.println(Text.line(progress));
      Thread.sleep(WATCH_MILLIS);
      progress = api.get("/operations/status");
    }
    output.print(progress, Text::status);
    return verdict(progress);
  }

  static boolean isUnderWay(JsonNode progress) {
    return switch (progress.path("phase").asText()) {
      case "COPYING", "VERIFYING" -> true;
      default -> false;
    };
  }

  private static int verdict(JsonNode progress) {
    return switch (progress.path("phase").asText()) {
      case "DIFFERS" -> DIFFERS;
      case "STUCK" -> COULD_NOT;
      default -> EQUAL;
    };
  }

  @Command(
      description =
          "Compare everything that is copied, again, and report; or, with --quick, the sums of its buckets only.",
      mixinStandardHelpOptions = true)
  int verify(
      @CommandLine.Mixin Output output,
      @Option(
              names = "--quick",
              description = "tier 1: one scan of both sides; rows are named where sums differ")
          boolean quick,
      @Option(
              names = "--final",
              description =
                  "the last pass: apply what waits, compare everything, and say whether anybody"
                      + " wrote meanwhile; exit code 0 only when nobody did")
          boolean last,
      @Option(
              names = "--files",
              description =
                  "read the audio files again: those behind rows that the newest comparison found"
                      + " different, and a random sample of the others")
          boolean files,
      @Option(
              names = "--sample",
              paramLabel = "N",
              defaultValue = "3000",
              description =
                  "with --files: files behind clean rows (default ${DEFAULT-VALUE}: if all are as"
                      + " described, at most 0.1 %% of all are not, with 95 %%)")
          int sample,
      @Option(
              names = "--seed",
              paramLabel = "N",
              description = "with --files: draw the same files as the check that printed this seed")
          @Nullable Long seed,
      @Option(names = "--table", paramLabel = "NAME", description = "this table only")
          @Nullable String table)
      throws OperatorApi.Refused, InterruptedException {
    if ((files ? 1 : 0) + (last ? 1 : 0) + (quick ? 1 : 0) > 1
        || (table != null && (files || last))) {
      System.err.println(
          "cratectl: --quick, --files and --final are three ways, one at a time; --table goes with --quick or alone");
      return COULD_NOT;
    }
    String fence = last ? api.post("/operations/verify/fence").path("position").asText() : null;
    if (files) {
      return witnesses(output, sample, seed);
    }
    if (quick) {
      JsonNode scans = api.post("/operations/verify/buckets" + query("table", table));
      output.print(scans, Text::scans);
      return quickVerdict(scans);
    }
    if (table != null) {
      api.post("/operations/verify/table" + query("table", table));
    } else {
      api.post("/operations/verify");
    }
    JsonNode progress = api.get("/operations/status");
    while (isUnderWay(progress)) {
      System.err.println(Text.line(progress));
      Thread.sleep(WATCH_MILLIS);
      progress = api.get("/operations/status");
    }
    if (fence != null) {
      JsonNode pass = api.get("/operations/verify/fence?position=" + fence);
      output.print(pass, Text::lastPass);
      return switch (pass.path("result").asText()) {
        case "EQUAL" -> EQUAL;
        case "DIFFERS" -> DIFFERS;
        default -> COULD_NOT;
      };
    }
    return report(output, 100);
  }

  private int witnesses(Output output, int sample, @Nullable Long seed)
      throws OperatorApi.Refused, InterruptedException {
    JsonNode check =
        api.post(
            "/operations/verify/files?sample=" + sample + (seed == null ? "" : "&seed=" + seed));
    for (int look = 1; check.path("result").asText().equals("READING"); look++) {
      Thread.sleep(WATCH_MILLIS);
      check = api.get("/operations/verify/files");
      if (look % 10 == 0) {
        System.err.println(
            "%s of %s files read"
                .formatted(
                    Text.number(check.path("answered").asLong()),
                    Text.number(check.path("asked").asLong())));
      }
    }
    output.print(check, Text::witnesses);
    return switch (check.path("result").asText()) {
      case "AS_DESCRIBED" -> EQUAL;
      case "DIFFERS" -> DIFFERS;
      default -> COULD_NOT;
    };
  }

  private static String query(String name, @Nullable String value) {
    return value == null ? "" : "?" + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private static int quickVerdict(JsonNode scans) {
    List<String> results = scans.valueStream().map(s -> s.path("result").asText()).toList();
    return results.contains("DIFFERS")
        ? DIFFERS
        : !results.isEmpty() && results.stream().allMatch("EQUAL"::equals) ? EQUAL : COULD_NOT;
  }

  @Command(description = "Print what the newest comparison found.", mixinStandardHelpOptions = true)
  int report(
      @CommandLine.Mixin Output output,
      @Option(names = "--limit", defaultValue = "100", description = "differences to list")
          int limit)
      throws OperatorApi.Refused {
    JsonNode report = api.get("/operations/report?limit=" + limit);
    output.print(report, Text::report);
    return switch (report.path("progress").path("phase").asText()) {
      case "VERIFIED" -> EQUAL;
      case "DIFFERS" -> DIFFERS;
      default -> COULD_NOT;
    };
  }

  @Command(
      description = "Analyse a file: tags, stream, hash, name, classification.",
      mixinStandardHelpOptions = true)
  int analyse(
      @CommandLine.Mixin Output output,
      @Parameters(paramLabel = "PATH", description = "the path as MetaCrate knows it")
          List<String> paths)
      throws OperatorApi.Refused {
    int verdict = EQUAL;
    for (String path : paths) {
      JsonNode answer = api.post("/api/v3.2/file/analyze", Map.of("file_path", path));
      output.print(answer, Cratectl::analysis);
      if (answer.path("status").asText().equals("error")) {
        verdict = COULD_NOT;
      }
    }
    return verdict;
  }

  private static String analysis(JsonNode answer) {
    if (answer.path("status").asText().equals("error")) {
      return "error:       " + answer.path("error").asText();
    }
    JsonNode track = answer.path("classification");
    return """
        artist:      %s
        title:       %s
        mix:         %s
        genre:       %s
        bpm:         %s
        key:         %s
        confidence:  %s
        hash:        %s
        source:      %s
        """
        .formatted(
            track.path("artist").asText(),
            track.path("track_name").asText(),
            text(track, "remix_info"),
            track.path("genre").asText(),
            text(track, "bpm"),
            text(track, "musical_key"),
            track.path("confidence").asText(),
            text(answer, "file_hash"),
            answer.path("source").asText());
  }

  private static String text(JsonNode node, String name) {
    @Nullable String value = node.hasNonNull(name) ? node.path(name).asText() : null;
    return value == null ? "unknown" : value;
  }
}
