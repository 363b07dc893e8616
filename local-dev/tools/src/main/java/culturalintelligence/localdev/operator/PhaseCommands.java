package culturalintelligence.localdev.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The switch: where each table stands, the steps on and back, and the plan's checklist. */
final class PhaseCommands {
  private static final String TABLE = "its name, schema.table; or without the schema";

  private PhaseCommands() {}

  static void addTo(CommandLine line, OperatorApi api) {
    line.addSubcommand(new Phase(api));
    line.addSubcommand(new Rollback(api));
    line.addSubcommand(new Restore(api));
    line.addSubcommand(new Accept(api));
    line.addSubcommand(new Checklist(api));
  }

  @Command(
      name = "phase",
      mixinStandardHelpOptions = true,
      description =
          "Show each table's phase and what its next one waits for; with --to, say what going there would do;"
              + " with --execute, go.",
      footer = {
        "",
        "Phases: OLD, SHADOW, READ_NEW, WRITE_NEW, RETIRED, DROPPED; every way back is open until DROPPED.",
        "Exit codes: 0 shown, or done, or it could be; 2 a gate is closed, or no step leads there."
      })
  static final class Phase implements Callable<Integer> {
    private final OperatorApi api;
    @CommandLine.Mixin private final Cratectl.Output output = new Cratectl.Output();

    @Parameters(arity = "0..1", paramLabel = "TABLE", description = TABLE)
    private @Nullable String table;

    @Option(names = "--to", paramLabel = "PHASE", description = "the phase to go to")
    private @Nullable String to;

    @Option(names = "--execute", description = "go there; without it nothing is changed")
    private boolean execute;

    @Option(
        names = "--guard",
        paramLabel = "reject|forward",
        description =
            "in WRITE_NEW: refuse the old table's writers (default), or let them through and follow")
    private @Nullable String guard;

    @Option(
        names = "--grace",
        paramLabel = "TIME",
        description =
            "to DROPPED: how long the table must have been retired, such as 14d (default: RETIRED_GRACE, 30d)")
    private @Nullable String grace;

    @Option(
        names = "--confirm",
        paramLabel = "NAME",
        description = "to DROPPED: the table's name, typed: schema.table")
    private @Nullable String confirm;

    @Option(
        names = "--archive",
        paramLabel = "FOLDER",
        description =
            "to RETIRED: another folder below ARCHIVE_FOLDER than one named for the table")
    private @Nullable String archive;

    Phase(OperatorApi api) {
      this.api = api;
    }

    @Override
    public Integer call() throws OperatorApi.Refused {
      if (to != null) {
        if (table == null) {
          System.err.println("cratectl: name the table that is to go to " + to);
          System.err.println("next: cratectl phase TABLE --to " + to);
          return Cratectl.COULD_NOT;
        }
        Map<String, Object> change = new LinkedHashMap<>();
        change.put("guard", guard);
        change.put("grace", grace);
        change.put("confirm", confirm);
        change.put("archive", archive);
        return change(api, output, table, to, execute, change);
      }
      if (execute || guard != null || grace != null || confirm != null || archive != null) {
        System.err.println("cratectl: say where to go: --to PHASE");
        return Cratectl.COULD_NOT;
      }
      if (table == null) {
        output.print(api.get("/operations/phase"), PhaseText::phases);
      } else {
        output.print(api.get("/operations/phase/table?table=" + encoded(table)), PhaseText::detail);
      }
      return Cratectl.EQUAL;
    }
  }

  @Command(
      name = "rollback",
      mixinStandardHelpOptions = true,
      description =
          "Say what going back would do; with --execute, go. Nothing written on the new side is lost.",
      footer = {
        "",
        "Without --to it is one step: SHADOW to OLD, READ_NEW to SHADOW, WRITE_NEW to READ_NEW, RETIRED to WRITE_NEW."
      })
  static final class Rollback implements Callable<Integer> {
    private final OperatorApi api;
    @CommandLine.Mixin private final Cratectl.Output output = new Cratectl.Output();

    @Parameters(paramLabel = "TABLE", description = TABLE)
    private String table = "";

    @Option(names = "--to", paramLabel = "PHASE", description = "an earlier phase")
    private @Nullable String to;

    @Option(names = "--execute", description = "go back; without it nothing is changed")
    private boolean execute;

    Rollback(OperatorApi api) {
      this.api = api;
    }

    @Override
    public Integer call() throws OperatorApi.Refused {
      JsonNode now = api.get("/operations/phase/table?table=" + encoded(table)).path("table");
      String phase = now.path("phase").asText();
      String towards = now.path("towards").asText("");
      List<String> order = List.of("OLD", "SHADOW", "READ_NEW", "WRITE_NEW", "RETIRED", "DROPPED");
      if (phase.equals("DROPPED")) {
        System.err.println("cratectl: the table is dropped: it comes back from its archive");
        System.err.println("next: " + now.path("back").asText());
        return Cratectl.COULD_NOT;
      }
      String wanted =
          to != null
              ? to.toUpperCase(java.util.Locale.ROOT).replace('-', '_')
              // What was begun is taken back first.
              : order.indexOf(towards) > order.indexOf(phase)
                  ? phase
                  : !towards.isEmpty()
                      ? towards
                      : phase.equals("RETIRED")
                          ? "WRITE_NEW"
                          : order.get(Math.max(0, order.indexOf(phase) - 1));
      if (order.indexOf(wanted) > order.indexOf(phase)) {
        System.err.println("cratectl: %s is no way back from %s".formatted(wanted, phase));
        System.err.println("next: cratectl phase %s --to %s".formatted(table, wanted));
        return Cratectl.COULD_NOT;
      }
      return change(api, output, table, wanted, execute, new LinkedHashMap<>());
    }
  }

  @Command(
      name = "restore",
      mixinStandardHelpOptions = true,
      description =
          "Check the archive of a dropped table; with --execute, make the table again from it and bring it up to date.")
  static final class Restore implements Callable<Integer> {
    private final OperatorApi api;
    @CommandLine.Mixin private final Cratectl.Output output = new Cratectl.Output();

    @Parameters(paramLabel = "TABLE", description = TABLE)
    private String table = "";

    @Option(
        names = "--archive",
        paramLabel = "FOLDER",
        description = "the archive's folder below ARCHIVE_FOLDER (default: where it was written)")
    private @Nullable String archive;

    @Option(names = "--execute", description = "restore it; without it nothing is changed")
    private boolean execute;

    Restore(OperatorApi api) {
      this.api = api;
    }

    @Override
    public Integer call() throws OperatorApi.Refused {
      String phase =
          api.get("/operations/phase/table?table=" + encoded(table))
              .path("table")
              .path("phase")
              .asText();
      if (!phase.equals("DROPPED")) {
        System.err.println("cratectl: the table is not dropped: its phase is " + phase);
        System.err.println("next: cratectl phase " + table);
        return Cratectl.COULD_NOT;
      }
      Map<String, Object> change = new LinkedHashMap<>();
      change.put("archive", archive);
      return change(api, output, table, "WRITE_NEW", execute, change);
    }
  }

  private static Integer change(
      OperatorApi api,
      Cratectl.Output output,
      String table,
      String to,
      boolean execute,
      Map<String, Object> change)
      throws OperatorApi.Refused {
    change.put("table", table);
    change.put("to", to);
    change.put("execute", execute);
    change.put("by", System.getProperty("user.name", "operator"));
    change.values().removeIf(java.util.Objects::isNull);
    JsonNode answer;
    try {
      answer = api.post("/operations/phase", change);
    } catch (OperatorApi.Refused e) {
      if (!e.answer().has("gates")) {
        throw e;
      }
      answer = e.answer();
    }
    output.print(answer, PhaseText::change);
    return switch (answer.path("result").asText()) {
      case "CHANGED", "ALREADY", "WOULD_CHANGE" -> Cratectl.EQUAL;
      default -> Cratectl.COULD_NOT;
    };
  }

  @Command(
      name = "accept",
      mixinStandardHelpOptions = true,
      description =
          "List a table's rows in quarantine; with a row's key, accept that it stays behind.",
      footer = {
        "",
        "A row whose key has several parts is named by all of them: cratectl accept TABLE PART PART --execute"
      })
  static final class Accept implements Callable<Integer> {
    private final OperatorApi api;
    @CommandLine.Mixin private final Cratectl.Output output = new Cratectl.Output();

    @Parameters(index = "0", paramLabel = "TABLE", description = TABLE)
    private String table = "";

    @Parameters(
        index = "1..*",
        arity = "0..*",
        paramLabel = "KEY",
        description = "the row's key, as the list shows it")
    private List<String> key = List.of();

    @Option(names = "--execute", description = "accept it; without it nothing is changed")
    private boolean execute;

    Accept(OperatorApi api) {
      this.api = api;
    }

    @Override
    public Integer call() throws OperatorApi.Refused {
      JsonNode listed = api.get("/operations/quarantine?table=" + encoded(table));
      if (key.isEmpty()) {
        output.print(listed, PhaseText::quarantine);
        return listed.path("rows").asLong() == listed.path("accepted").asLong()
            ? Cratectl.EQUAL
            : Cratectl.DIFFERS;
      }
      if (!execute) {
        output.print(
            listed,
            l ->
                "row:         %s%nnext:        add --execute to accept that it stays behind"
                    .formatted(PhaseText.row(l, key)));
        return Cratectl.EQUAL;
      }
      output.print(
          api.post(
              "/operations/quarantine/accept",
              Map.of(
                  "table", table, "key", key, "by", System.getProperty("user.name", "operator"))),
          PhaseText::quarantine);
      return Cratectl.EQUAL;
    }
  }

  @Command(
      name = "checklist",
      mixinStandardHelpOptions = true,
      description =
          "The migration plan's own list, each line ticked by what the databases show, and the command for the next.",
      footer = {"", "Exit codes: 0 all done, 1 something is open, 2 it could not be looked at."})
  static final class Checklist implements Callable<Integer> {
    private final OperatorApi api;
    @CommandLine.Mixin private final Cratectl.Output output = new Cratectl.Output();

    Checklist(OperatorApi api) {
      this.api = api;
    }

    @Override
    public Integer call() throws OperatorApi.Refused {
      JsonNode list = api.get("/operations/checklist");
      output.print(list, PhaseText::checklist);
      List<String> states =
          list.path("items").valueStream().map(i -> i.path("state").asText()).toList();
      return states.contains("UNKNOWN")
          ? Cratectl.COULD_NOT
          : states.contains("OPEN") ? Cratectl.DIFFERS : Cratectl.EQUAL;
    }
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
