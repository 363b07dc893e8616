package culturalintelligence.localdev.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands about many files: scan a folder, fill what tracks lack, look at such jobs. */
final class FileCommands {
  private static final int ALL_READ = 0;
  private static final int SOME_UNREADABLE = 1;
  private static final int COULD_NOT = 2;
  private static final long LOOK_MILLIS = 500;
  private static final int LOOKS_BETWEEN_LINES = 20;
  private static final int MOST_LISTED = 1_000;

  private final OperatorApi api;

  private FileCommands(OperatorApi api) {
    this.api = api;
  }

  static void register(CommandLine line, OperatorApi api) {
    FileCommands commands = new FileCommands(api);
    line.addSubcommand(commands.new Scan());
    line.addSubcommand(commands.new Fill());
    line.addSubcommand(commands.new Jobs());
  }

  @Command(
      name = "scan",
      description =
          "Analyse every file under a folder. What did not change since it was read is skipped; an"
              + " unfinished scan of the folder goes on where it stopped.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "PATH is written as MetaCrate does (X:\\Music\\House), or is a folder that a library root",
        "reaches. The work goes on though this command is stopped; run it again to watch it again.",
        "Exit codes: 0 all read, 1 some could not be read (listed), 2 could not scan."
      })
  final class Scan implements Callable<Integer> {
    @Mixin Cratectl.Output output = new Cratectl.Output();

    @Parameters(paramLabel = "PATH", description = "the folder")
    String path = "";

    @Option(names = "--watch", description = "a line of progress each half second, not each ten")
    boolean watch;

    @Option(names = "--force", description = "read files too whose size and time did not change")
    boolean force;

    @Option(names = "--detach", description = "ask for it and don't wait; exit code 0")
    boolean detach;

    @Override
    public Integer call() throws OperatorApi.Refused, InterruptedException {
      JsonNode asked =
          api.post(
              "/operations/jobs",
              Map.of("purpose", "scan", "path", absolute(path), "force", force));
      return follow(asked, output, watch, detach);
    }
  }

  @Command(
      name = "fill",
      description =
          "Read the files of migrated tracks that lack hash, size or duration, and fill these in."
              + " Without --execute, only say how many there are.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "No value that is there is replaced; what was filled is marked reanalysed.",
        "Exit codes: 0 all read, 1 some could not be (listed, or under no library root), 2 could not."
      })
  final class Fill implements Callable<Integer> {
    @Mixin Cratectl.Output output = new Cratectl.Output();

    @Option(names = "--execute", description = "read the files and fill in")
    boolean execute;

    @Option(names = "--watch", description = "a line of progress each half second, not each ten")
    boolean watch;

    @Option(names = "--detach", description = "ask for it and don't wait; exit code 0")
    boolean detach;

    @Override
    public Integer call() throws OperatorApi.Refused, InterruptedException {
      if (!execute) {
        output.print(
            api.get("/operations/jobs/lacking"),
            lacking ->
                "tracks:      %s migrated, without hash, size or duration of their own reading%nnext:        %s"
                    .formatted(
                        Text.number(lacking.path("tracks").asLong()),
                        lacking.path("tracks").asLong() == 0
                            ? "nothing to do"
                            : "cratectl fill --execute"));
        return ALL_READ;
      }
      return follow(api.post("/operations/jobs", Map.of("purpose", "fill")), output, watch, detach);
    }
  }

  @Command(
      name = "jobs",
      description = "List the jobs over files, or say where one stands.",
      mixinStandardHelpOptions = true)
  final class Jobs implements Callable<Integer> {
    @Mixin Cratectl.Output output = new Cratectl.Output();

    @Parameters(paramLabel = "JOB", arity = "0..1", description = "a job's number")
    @Nullable Long job;

    @Option(names = "--watch", description = "until it ends")
    boolean watch;

    @Option(names = "--resume", description = "send the messages of what is not done again")
    boolean resume;

    @Option(names = "--cancel", description = "stop it; what was read stays")
    boolean cancel;

    @Override
    public Integer call() throws OperatorApi.Refused, InterruptedException {
      if (job == null) {
        output.print(api.get("/operations/jobs"), JobText::list);
        return ALL_READ;
      }
      String route = "/operations/jobs/" + job;
      JsonNode answer =
          cancel
              ? api.post(route + "/cancel")
              : resume ? api.post(route + "/resume") : api.get(route);
      return watch ? watched(answer, output, true) : told(answer, output);
    }
  }

  private int follow(JsonNode asked, Cratectl.Output output, boolean watch, boolean detach)
      throws OperatorApi.Refused, InterruptedException {
    JsonNode job = asked.path("job");
    if (asked.path("resumed").asBoolean()) {
      System.err.println("job " + job.path("id").asText() + " was not finished, and goes on");
    }
    if (detach) {
      output.print(
          job,
          j ->
              "job:         %s%nnext:        cratectl jobs %s --watch"
                  .formatted(j.path("id").asText(), j.path("id").asText()));
      return ALL_READ;
    }
    return watched(job, output, watch);
  }

  private int watched(JsonNode job, Cratectl.Output output, boolean often)
      throws OperatorApi.Refused, InterruptedException {
    JsonNode now = job;
    for (int look = 1; !JobText.isOver(now); look++) {
      Thread.sleep(LOOK_MILLIS);
      now = api.get("/operations/jobs/" + job.path("id").asText());
      if (!JobText.isOver(now) && (often || look % LOOKS_BETWEEN_LINES == 0)) {
        System.err.println(JobText.line(now));
      }
    }
    return told(now, output);
  }

  private int told(JsonNode job, Cratectl.Output output) throws OperatorApi.Refused {
    long trouble = job.path("trouble").asLong();
    JsonNode readings =
        trouble == 0 || output.json
            ? null
            : api.get(
                "/operations/jobs/%s/readings?limit=%d"
                    .formatted(job.path("id").asText(), MOST_LISTED));
    output.print(job, j -> JobText.job(j, readings));
    return switch (job.path("state").asText()) {
      case "FAILED", "CANCELLED" -> COULD_NOT;
      case "DONE" -> trouble == 0 ? ALL_READ : SOME_UNREADABLE;
      default -> ALL_READ;
    };
  }

  private static final Pattern ROOTED =
      Pattern.compile("[A-Za-z]:[\\\\/].*|[A-Za-z]:|\\\\.*|/.*|s3://.*");

  /** A folder named from here is one on this machine. */
  private static String absolute(String path) {
    return ROOTED.matcher(path).matches()
        ? path
        : Path.of(path).toAbsolutePath().normalize().toString();
  }
}
