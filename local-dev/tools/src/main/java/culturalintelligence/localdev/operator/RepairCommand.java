package culturalintelligence.localdev.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Mends what the newest comparison found: a list first, and only when told so, the deed. */
@Command(
    name = "repair",
    mixinStandardHelpOptions = true,
    description =
        "List what the newest comparison found wrong and what would be done; with --execute, bring those rows"
            + " to the source's state again and compare them.",
    footer = {
      "",
      "What was wrong and what was done stays in migration.repair. A row whose track a person has validated",
      "is left as it is, unless --overwrite-validated is given. Exit codes: 0 nothing is wrong (any more),",
      "1 something differs, 2 it could not be compared yet."
    })
final class RepairCommand implements Callable<Integer> {
  private static final int LOOKS = 30;
  private static final long LOOK_MILLIS = 1_000;
  private static final int SHOWN = 100;

  private final OperatorApi api;

  @CommandLine.Mixin private Cratectl.Output output;

  @Option(names = "--execute", description = "do it")
  private boolean execute;

  @Option(
      names = "--overwrite-validated",
      description = "also rows whose track a person has validated")
  private boolean overwriteValidated;

  RepairCommand(OperatorApi api) {
    this.api = api;
    this.output = new Cratectl.Output();
  }

  @Override
  public Integer call() throws OperatorApi.Refused, InterruptedException {
    String path = "/operations/repair?overwrite-validated=" + overwriteValidated;
    if (!execute) {
      JsonNode list = api.get(path);
      output.print(list, RepairCommand::listed);
      return list.path("items").isEmpty() ? Cratectl.EQUAL : Cratectl.DIFFERS;
    }
    JsonNode sent = api.post(path);
    int asked = sent.path("items").size();
    if (asked == 0) {
      output.print(sent, RepairCommand::listed);
      return Cratectl.EQUAL;
    }
    JsonNode settled = api.post("/operations/repair/settle");
    for (int i = 1; i < LOOKS && isOpen(settled, asked); i++) {
      System.err.printf("%d of %d rows are being applied …%n", open(settled, asked), asked);
      Thread.sleep(LOOK_MILLIS);
      settled = api.post("/operations/repair/settle");
    }
    output.print(settled, answer -> settled(answer, asked));
    return verdict(settled, asked);
  }

  private static List<JsonNode> newest(JsonNode answer, int asked) {
    return answer.path("repairs").valueStream().limit(asked).toList();
  }

  private static long open(JsonNode answer, int asked) {
    return newest(answer, asked).stream()
        .filter(r -> List.of("ASKED", "SENT", "WAITING").contains(r.path("state").asText()))
        .count();
  }

  private static boolean isOpen(JsonNode answer, int asked) {
    return open(answer, asked) > 0;
  }

  private static int verdict(JsonNode answer, int asked) {
    List<String> states =
        newest(answer, asked).stream().map(r -> r.path("state").asText()).toList();
    if (states.contains("DIFFERS") || states.contains("LEFT")) {
      return Cratectl.DIFFERS;
    }
    return isOpen(answer, asked) ? Cratectl.COULD_NOT : Cratectl.EQUAL;
  }

  private static String listed(JsonNode answer) {
    StringBuilder text = new StringBuilder();
    List<JsonNode> items = new ArrayList<>();
    answer.path("items").forEach(items::add);
    text.append("differing:   %d keys%n".formatted(items.size()));
    text.append("to apply:    %d%n".formatted(answer.path("applied").asInt()));
    text.append("to leave:    %d%n".formatted(answer.path("left").asInt()));
    items.stream().limit(SHOWN).forEach(item -> text.append(item(item)));
    text.append(
        "next:        %s"
            .formatted(
                items.isEmpty() ? "cratectl verify, to be sure" : "cratectl repair --execute"));
    return text.toString();
  }

  private static String item(JsonNode item) {
    List<String> wrong = new ArrayList<>();
    item.path("differences")
        .forEach(
            d ->
                wrong.add(
                    words(d.path("kind").asText())
                        + (d.hasNonNull("column") ? " " + d.path("column").asText() : "")));
    return "  %s  %s %s  %s%n"
        .formatted(
            words(item.path("action").asText()),
            item.path("table").asText(),
            key(item),
            String.join(", ", wrong));
  }

  private static String settled(JsonNode answer, int asked) {
    StringBuilder text = new StringBuilder();
    List<JsonNode> repairs = newest(answer, asked);
    for (String state : List.of("EQUAL", "DIFFERS", "LEFT", "WAITING", "SENT")) {
      long count = repairs.stream().filter(r -> r.path("state").asText().equals(state)).count();
      if (count > 0) {
        text.append("%-13s%d%n".formatted(words(state) + ":", count));
      }
    }
    repairs.stream()
        .filter(r -> !r.path("state").asText().equals("EQUAL"))
        .limit(SHOWN)
        .forEach(
            r ->
                text.append(
                    "  %s  %s %s  %s%n"
                        .formatted(
                            words(r.path("state").asText()),
                            r.path("table").asText(),
                            key(r),
                            r.path("done").asText())));
    text.append("next:        cratectl verify");
    return text.toString();
  }

  private static String key(JsonNode row) {
    List<String> parts = row.path("key").valueStream().map(JsonNode::asText).toList();
    return parts.isEmpty() ? "(whole table)" : "key " + String.join(", ", parts);
  }

  private static String words(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
