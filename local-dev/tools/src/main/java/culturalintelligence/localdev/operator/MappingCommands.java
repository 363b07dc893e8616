package culturalintelligence.localdev.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is in the source, and what is to become of it. */
final class MappingCommands {
  private MappingCommands() {}

  /** Which tables are meant. */
  static final class Selected {
    @Option(
        names = "--schemas",
        split = ",",
        paramLabel = "SCHEMA",
        description = "only tables of these schemas")
    private List<String> schemas = new ArrayList<>();

    @Option(
        names = "--tables",
        split = ",",
        paramLabel = "TABLE",
        description = "further tables; with a minus before it, one to leave out")
    private List<String> tables = new ArrayList<>();

    List<String> parameters() {
      List<String> parameters = new ArrayList<>();
      schemas.forEach(s -> parameters.add("schema=" + encoded(s)));
      tables.forEach(t -> parameters.add("table=" + encoded(t)));
      return parameters;
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
  }

  @Command(
      name = "assess",
      mixinStandardHelpOptions = true,
      description =
          "Say of each music table whether it can be carried, and what to do. Writes nothing.")
  static final class Assess implements Callable<Integer> {
    private final OperatorApi api;

    @CommandLine.Mixin private Cratectl.Output output = new Cratectl.Output();
    @CommandLine.Mixin private Selected selected = new Selected();

    @Option(
        names = "--exact",
        description = "read every row once: count, and say what does not fit")
    private boolean exact;

    Assess(OperatorApi api) {
      this.api = api;
    }

    @Override
    public Integer call() throws OperatorApi.Refused {
      List<String> parameters = new ArrayList<>(selected.parameters());
      parameters.add("exact=" + exact);
      JsonNode report = api.get("/operations/assess?" + String.join("&", parameters));
      output.print(report, Assess::text);
      boolean all =
          report
              .path("tables")
              .valueStream()
              .noneMatch(t -> t.path("verdict").asText().equals("CANNOT"));
      return all ? Cratectl.EQUAL : Cratectl.DIFFERS;
    }

    private static String text(JsonNode report) {
      StringBuilder text = new StringBuilder();
      JsonNode server = report.path("server");
      text.append("source:      %s%n".formatted(report.path("source").asText()));
      text.append(
          "server:      PostgreSQL %s, %s, collation %s, as %s%n"
              .formatted(
                  server.path("version").asText(),
                  server.path("encoding").asText(),
                  server.path("collation").asText(),
                  server.path("role").asText()));
      text.append("time:        %s%n".formatted(report.path("estimate").asText()));
      text.append("room:        %s%n".formatted(report.path("room").asText()));
      lines(text, report.path("warnings"), "warning:     ");
      for (JsonNode table : report.path("tables")) {
        String rows =
            table.hasNonNull("rows")
                ? table.path("rows").asText()
                : "about " + Math.max(0, table.path("estimatedRows").asLong());
        text.append(
            "%-18s %s as %s, %s rows%n"
                .formatted(
                    table.path("verdict").asText(),
                    table.path("table").asText(),
                    table.path("mapping").asText(),
                    rows));
        lines(text, table.path("reasons"), "    ");
        lines(text, table.path("notes"), "    note: ");
        if (table.path("unreadable").asLong() > 0) {
          text.append(
              "    %s rows hold bytes that are no text: quarantine%n"
                  .formatted(table.path("unreadable").asText()));
        }
        for (JsonNode misfit : table.path("misfits")) {
          text.append(
              "    %s values of %s: %s (carried, but no %s)%n"
                  .formatted(
                      misfit.path("rows").asText(),
                      misfit.path("source").asText(),
                      misfit.path("reason").asText(),
                      misfit.path("field").asText()));
        }
      }
      for (JsonNode other : report.path("others")) {
        text.append(
            "%-18s %s: %s%n"
                .formatted(
                    other.path("kind").asText(),
                    other.path("name").asText(),
                    other.path("sentence").asText()));
      }
      return text.append("next:        cratectl map").toString();
    }

    private static void lines(StringBuilder text, JsonNode list, String before) {
      list.forEach(
          line -> text.append(before).append(line.asText()).append(System.lineSeparator()));
    }
  }

  @Command(
      name = "map",
      mixinStandardHelpOptions = true,
      description = {
        "Show what becomes of each table: the frozen mapping, or a proposal. With --edit, write it to",
        "a file; then: map check FILE, map freeze FILE."
      })
  static final class Show implements Callable<Integer> {
    private final OperatorApi api;

    @CommandLine.Mixin private Cratectl.Output output = new Cratectl.Output();
    @CommandLine.Mixin private Selected selected = new Selected();

    @Option(
        names = "--edit",
        paramLabel = "FILE",
        description = "write the document to this new file")
    private Path file = Path.of("");

    Show(OperatorApi api) {
      this.api = api;
    }

    @Override
    public Integer call() throws OperatorApi.Refused, IOException {
      String query = String.join("&", selected.parameters());
      JsonNode shown = api.get("/operations/mapping" + (query.isEmpty() ? "" : "?" + query));
      if (file.toString().isEmpty()) {
        output.print(shown, s -> s.path("document").asText() + about(s));
        return Cratectl.EQUAL;
      }
      if (Files.exists(file)) {
        System.err.println("cratectl: " + file + " is there already; name a new file");
        return Cratectl.COULD_NOT;
      }
      Files.writeString(file, shown.path("document").asText());
      output.print(
          shown, s -> "written:     " + file + "\nnext:        cratectl map freeze " + file);
      return Cratectl.EQUAL;
    }

    @Command(
        mixinStandardHelpOptions = true,
        description = "Say what is wrong in a document, and where.")
    int check(
        @CommandLine.Mixin Cratectl.Output out, @Parameters(paramLabel = "FILE") Path document)
        throws OperatorApi.Refused, IOException {
      JsonNode checked = api.send("POST", "/operations/mapping/check", Files.readString(document));
      out.print(checked, c -> "fits:        " + c.path("tables").asText() + " tables");
      return Cratectl.EQUAL;
    }

    @Command(
        mixinStandardHelpOptions = true,
        description = "Freeze a document: plans map by it from then on.")
    int freeze(
        @CommandLine.Mixin Cratectl.Output out, @Parameters(paramLabel = "FILE") Path document)
        throws OperatorApi.Refused, IOException {
      JsonNode frozen = api.send("PUT", "/operations/mapping", Files.readString(document));
      out.print(frozen, f -> about(f).strip());
      return Cratectl.EQUAL;
    }

    private static String about(JsonNode shown) {
      if (!shown.hasNonNull("version")) {
        return "proposed; next: cratectl map --edit FILE, or cratectl plan";
      }
      StringBuilder text =
          new StringBuilder(
              "version:     %s (%s)%ndigest:      %s%n"
                  .formatted(
                      shown.path("version").asText(),
                      shown.path("origin").asText(),
                      shown.path("digest").asText()));
      if (shown.hasNonNull("plan")) {
        text.append(
            "plan:        %s maps by version %s%n"
                .formatted(shown.path("plan").asText(), shown.path("planVersion").asText()));
      }
      for (JsonNode misfit : shown.path("misfits")) {
        text.append(
            "  %s values of %s %s: %s%n"
                .formatted(
                    misfit.path("rows").asText(),
                    misfit.path("table").asText(),
                    misfit.path("source").asText(),
                    misfit.path("reason").asText()));
      }
      return text.toString();
    }
  }
}
