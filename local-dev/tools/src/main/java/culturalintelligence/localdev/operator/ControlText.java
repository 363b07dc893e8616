package culturalintelligence.localdev.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What an operator is told about limits, cancelled runs and dead letters. */
final class ControlText {
  private static final int SHORTEST_ID = 8;

  private ControlText() {}

  /** The lines of a status that are there only when there is something to say. */
  static void control(StringBuilder text, JsonNode progress) {
    JsonNode control = progress.path("control");
    String limits = limits(control.path("throttle"));
    if (!limits.isEmpty()) {
      Text.field(text, "limits", limits);
    }
    if (control.hasNonNull("slow")) {
      Text.field(text, "slow", control.path("slow").asText());
    }
    if (control.path("laidAside").asInt() > 0) {
      Text.field(
          text,
          "indexes",
          "%d are made after the last chunk; until then the service answers slower"
              .formatted(control.path("laidAside").asInt()));
    }
    if (control.path("deadLetters").asLong() > 0) {
      Text.field(
          text,
          "failing",
          "%s messages: cratectl redrive says why"
              .formatted(Text.number(control.path("deadLetters").asLong())));
    }
  }

  private static String limits(JsonNode throttle) {
    List<String> limits = new ArrayList<>();
    limit(limits, throttle, "workers", "%d workers");
    limit(limits, throttle, "active", "%d sessions at work on the source");
    limit(limits, throttle, "lagMillis", "%d ms behind on its replicas");
    limit(limits, throttle, "probeMillis", "%d ms for a small query");
    return limits.isEmpty() ? "" : "at most " + String.join(", ", limits);
  }

  private static void limit(List<String> limits, JsonNode throttle, String name, String words) {
    if (throttle.hasNonNull(name)) {
      limits.add(words.replace("%d", Integer.toString(throttle.path(name).asInt())));
    }
  }

  /** A plan that was not made. */
  static String dryRun(JsonNode dryRun) {
    StringBuilder text = new StringBuilder();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("table", "rows", "chunks", "mapping", "verdict"));
    for (JsonNode table : dryRun.path("tables")) {
      rows.add(
          List.of(
              table.path("table").asText(),
              Text.number(table.path("rows").asLong()),
              Integer.toString(table.path("chunks").asInt()),
              table.path("mapping").asText(),
              Text.words(table.path("verdict").asText())));
    }
    Text.table(text, rows);
    for (JsonNode table : dryRun.path("tables")) {
      for (JsonNode reason : table.path("reasons")) {
        text.append("  %s: %s%n".formatted(table.path("table").asText(), reason.asText()));
      }
    }
    for (JsonNode change : dryRun.path("changes")) {
      Text.field(text, "changed", change.asText());
    }
    Text.field(
        text,
        "next",
        dryRun.path("changes").isEmpty()
            ? "cratectl plan"
            : "cratectl cancel --discard --execute, then cratectl plan: a plan is made once");
    return text.toString();
  }

  static String cancelled(JsonNode answer) {
    StringBuilder text = new StringBuilder();
    Text.field(text, "plan", answer.path("plan").asText());
    Text.field(text, "cancelled", answer.path("attempts").asInt() + " chunks under way");
    boolean executed = answer.path("executed").asBoolean();
    if (answer.hasNonNull("discarded")) {
      JsonNode discarded = answer.path("discarded");
      Text.field(
          text,
          executed ? "removed" : "would go",
          "%s rows of %d tables, %s tracks, %s classifications"
              .formatted(
                  Text.number(discarded.path("rows").asLong()),
                  discarded.path("tables").size(),
                  Text.number(discarded.path("tracks").asLong()),
                  Text.number(discarded.path("classifications").asLong())));
    }
    Text.field(
        text,
        "next",
        executed
            ? "cratectl plan"
            : answer.hasNonNull("discarded")
                ? "cratectl cancel --discard --execute removes it; cratectl resume goes on instead"
                : "cratectl resume goes on; cratectl cancel --discard says what a removal would take");
    return text.toString();
  }

  static String deadLetters(JsonNode answer) {
    StringBuilder text = new StringBuilder();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("queue", "message", "failed", "reason"));
    for (JsonNode letter : answer.path("letters")) {
      String id = letter.path("messageId").asText();
      rows.add(
          List.of(
              letter.path("queue").asText(),
              id.substring(0, Math.min(SHORTEST_ID, id.length())),
              letter.path("deliveries").asInt() + "×",
              letter.path("reason").asText()));
    }
    if (rows.size() > 1) {
      Text.table(text, rows);
    }
    JsonNode queue = answer.path("queue");
    if (answer.path("executed").asBoolean()) {
      Text.field(text, "sent back", Text.number(queue.path("moved").asLong()) + " messages");
      if (queue.path("malformed").asInt() > 0) {
        Text.field(
            text,
            "left",
            "%d that no delivery will make right".formatted(queue.path("malformed").asInt()));
      }
    }
    Text.field(text, "dead", Text.number(queue.path("waiting").asLong()) + " messages given up");
    Text.field(
        text,
        "next",
        answer.path("executed").asBoolean() || queue.path("waiting").asLong() == 0
            ? "cratectl status"
            : "cratectl redrive --execute sends them back");
    return text.toString();
  }
}
