package culturalintelligence.localdev.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What an operator reads of phases, gates, quarantine and the checklist. */
final class PhaseText {
  private PhaseText() {}

  static String phases(JsonNode phases) {
    StringBuilder text = new StringBuilder();
    Text.field(text, "plan", phases.path("plan").asText());
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "table", "phase", "epoch", "answers", "written", "waiting", "back", "next", "gates"));
    for (JsonNode table : phases.path("tables")) {
      JsonNode next = table.path("next");
      rows.add(
          List.of(
              table.path("table").asText(),
              phase(table),
              table.path("epoch").asText(),
              table.path("answers").asText(),
              table.path("written").asText(),
              orNotKnown(table, "waiting"),
              table.path("waitingBack").asText(),
              next.path("to").asText("none"),
              next.isMissingNode() || next.isNull() ? "" : gatesInAWord(next)));
    }
    Text.table(text, rows);
    for (JsonNode table : phases.path("tables")) {
      closedGates(text, table);
    }
    effect(text, phases.path("effect"));
    String command = null;
    for (JsonNode table : phases.path("tables")) {
      if (command == null && table.path("next").hasNonNull("command")) {
        command = table.path("next").path("command").asText();
      }
    }
    if (command != null) {
      Text.field(text, "next", command);
    }
    return text.toString();
  }

  private static void effect(StringBuilder text, JsonNode effect) {
    for (JsonNode latency : effect.path("latencies")) {
      Text.field(
          text,
          "look-ups",
          "%s in %s: half under %s, 95 %% under %s, 99 %% under %s"
              .formatted(
                  Text.number(latency.path("lookups").asLong()),
                  latency.path("phase").asText(),
                  millis(latency.path("p50Micros")),
                  millis(latency.path("p95Micros")),
                  millis(latency.path("p99Micros"))));
    }
    for (JsonNode size : effect.path("sizes")) {
      Text.field(
          text,
          size.path("side").asText().toLowerCase(Locale.ROOT),
          "%s when %s, %s"
              .formatted(
                  Text.bytes(size.path("bytes").asLong()),
                  size.path("occasion").asText(),
                  size.path("at").asText()));
    }
  }

  private static String millis(JsonNode micros) {
    return "%.1f ms".formatted(micros.asLong() / 1e3);
  }

  private static String phase(JsonNode table) {
    return table.hasNonNull("towards")
        ? "%s, on the way to %s"
            .formatted(table.path("phase").asText(), table.path("towards").asText())
        : table.path("phase").asText();
  }

  private static String orNotKnown(JsonNode node, String name) {
    return node.hasNonNull(name) ? node.path(name).asText() : "n/a";
  }

  private static String gatesInAWord(JsonNode next) {
    if (!next.hasNonNull("open")) {
      return "not looked at";
    }
    long closed =
        next.path("gates").valueStream().filter(g -> !g.path("passed").asBoolean()).count();
    return closed == 0 ? "open" : closed + " closed";
  }

  private static void closedGates(StringBuilder text, JsonNode table) {
    if (table.path("next").hasNonNull("error")) {
      text.append(
          "  %s: the gates could not be looked at: %s%n"
              .formatted(table.path("table").asText(), table.path("next").path("error").asText()));
    }
    for (JsonNode gate : table.path("next").path("gates")) {
      if (!gate.path("passed").asBoolean()) {
        text.append(
            "  %s, %s: %s; open it: %s%n"
                .formatted(
                    table.path("table").asText(),
                    gate.path("name").asText(),
                    gate.path("found").asText(),
                    gate.path("next").asText()));
      }
    }
  }

  static String detail(JsonNode detail) {
    JsonNode table = detail.path("table");
    StringBuilder text = new StringBuilder();
    Text.field(text, "table", table.path("table").asText());
    Text.field(text, "phase", phase(table));
    Text.field(text, "epoch", table.path("epoch").asText());
    Text.field(text, "answers", "the %s side".formatted(table.path("answers").asText()));
    Text.field(
        text,
        "written",
        table.path("written").asText().equals("none")
            ? "on neither side: a transition is under way"
            : "on the %s side".formatted(table.path("written").asText()));
    Text.field(text, "waiting", orNotKnown(table, "waiting") + " changes of the old side");
    Text.field(text, "back", table.path("waitingBack").asText() + " changes of the new side");
    if (table.path("quarantined").asLong() > 0) {
      Text.field(
          text,
          "quarantine",
          "%s rows, %s accepted"
              .formatted(table.path("quarantined").asText(), table.path("accepted").asText()));
    }
    if (table.hasNonNull("retiredAs")) {
      Text.field(
          text,
          "retired",
          "as %s, since %s, accesses since: %s"
              .formatted(
                  table.path("retiredAs").asText(),
                  table.path("retiredAt").asText(),
                  orNotKnown(table, "accessesSinceRetired")));
    }
    if (table.hasNonNull("archive")) {
      Text.field(
          text,
          "archive",
          "%s, SHA-256 %s"
              .formatted(
                  table.path("archive").asText(), table.path("archiveSha256").asText("not yet")));
    }
    shadow(text, table.path("shadow"));
    gates(text, table.path("next").path("gates"));
    for (JsonNode change : detail.path("changes")) {
      Text.field(
          text,
          "changed",
          "%s to %s by %s, %s%s"
              .formatted(
                  change.path("from").asText(),
                  change.path("to").asText(),
                  change.path("by").asText(),
                  change.path("at").asText(),
                  change.hasNonNull("pauseMillis")
                      ? ", writes paused for %s ms".formatted(change.path("pauseMillis").asText())
                      : ""));
    }
    for (JsonNode sample : detail.path("samples")) {
      text.append(
          "  differed: %s %s: old %s, new %s%n"
              .formatted(
                  sample.path("path").asText(),
                  sample.path("field").asText(),
                  sample.hasNonNull("oldValue") ? sample.path("oldValue").asText() : "none",
                  sample.hasNonNull("newValue") ? sample.path("newValue").asText() : "none"));
    }
    if (table.hasNonNull("back")
        && !table.path("back").asText().equals(table.path("next").path("command").asText())) {
      Text.field(text, "way back", table.path("back").asText());
    }
    if (table.path("next").hasNonNull("command")) {
      Text.field(text, "next", table.path("next").path("command").asText());
    }
    return text.toString();
  }

  private static void shadow(StringBuilder text, JsonNode shadow) {
    if (!shadow.isObject()) {
      return;
    }
    long asked = shadow.path("asked").asLong();
    Text.field(
        text,
        "shadow",
        "both sides asked %s times: %s equal, %s differed (%.2f %%), %s without the old side"
            .formatted(
                Text.number(asked),
                Text.number(shadow.path("equal").asLong()),
                Text.number(shadow.path("differed").asLong()),
                asked == 0 ? 0.0 : 100.0 * shadow.path("differed").asLong() / asked,
                Text.number(shadow.path("failed").asLong())));
    if (shadow.hasNonNull("oldMicros") && shadow.hasNonNull("newMicros")) {
      Text.field(
          text,
          "took",
          "old side %s, new side %s on average"
              .formatted(millis(shadow.path("oldMicros")), millis(shadow.path("newMicros"))));
    }
  }

  private static void gates(StringBuilder text, JsonNode gates) {
    for (JsonNode gate : gates) {
      text.append(
          "  %-6s %s: %s%s%n"
              .formatted(
                  gate.path("passed").asBoolean() ? "open" : "CLOSED",
                  gate.path("name").asText(),
                  gate.path("found").asText(),
                  gate.hasNonNull("next") ? "; open it: " + gate.path("next").asText() : ""));
    }
  }

  /** A change that was made, or what one would be. */
  static String change(JsonNode change) {
    StringBuilder text = new StringBuilder();
    Text.field(text, "table", change.path("table").path("table").asText());
    String from = change.path("from").asText();
    String to = change.path("to").asText();
    boolean executed = change.path("executed").asBoolean();
    Text.field(
        text,
        "phase",
        switch (change.path("result").asText()) {
          case "CHANGED" -> "%s, before %s".formatted(to, from);
          case "ALREADY" -> "%s, as it was".formatted(to);
          default -> phase(change.path("table"));
        });
    if (!executed && !change.path("steps").isEmpty()) {
      Text.field(text, "would do", "%s to %s, nothing is changed yet".formatted(from, to));
      int number = 1;
      for (JsonNode step : change.path("steps")) {
        text.append("  %d. %s%n".formatted(number++, step.asText()));
      }
    }
    gates(text, change.path("gates"));
    if (change.hasNonNull("pauseMillis")) {
      Text.field(text, "write pause", "%s ms".formatted(change.path("pauseMillis").asText()));
    } else if (!executed && !change.path("steps").isEmpty()) {
      Text.field(
          text,
          "write pause",
          change.path("pauses").asBoolean()
              ? "a short one, while the last changes are drained"
              : "none");
    }
    if (executed && change.hasNonNull("tookMillis")) {
      Text.field(text, "took", "%s ms".formatted(change.path("tookMillis").asText()));
    }
    switch (change.path("result").asText()) {
      case "WOULD_CHANGE" -> Text.field(text, "next", "the same with --execute");
      case "CHANGED", "ALREADY" -> {
        if (change.path("table").hasNonNull("back")) {
          Text.field(text, "way back", change.path("table").path("back").asText());
        }
        if (change.path("table").path("next").hasNonNull("command")) {
          Text.field(text, "next", change.path("table").path("next").path("command").asText());
        }
      }
      default -> {
        Text.field(text, "not done", change.path("error").asText());
        if (change.hasNonNull("next")) {
          Text.field(text, "next", change.path("next").asText());
        }
      }
    }
    return text.toString();
  }

  static String quarantine(JsonNode list) {
    StringBuilder text = new StringBuilder();
    Text.field(text, "table", list.path("table").asText());
    Text.field(
        text,
        "quarantine",
        "%s rows, %s accepted"
            .formatted(list.path("rows").asText(), list.path("accepted").asText()));
    for (JsonNode kept : list.path("kept")) {
      text.append(
          "  %s  key %s: %s%n"
              .formatted(
                  kept.hasNonNull("acceptedBy")
                      ? "accepted by " + kept.path("acceptedBy").asText()
                      : "not accepted",
                  key(kept),
                  kept.path("reason").asText()));
    }
    if (list.path("rows").asLong() > list.path("accepted").asLong()) {
      Text.field(
          text,
          "next",
          "mend them at the source, or cratectl accept %s KEY --execute"
              .formatted(list.path("table").asText()));
    }
    return text.toString();
  }

  private static String key(JsonNode kept) {
    return String.join(" ", kept.path("name").valueStream().map(JsonNode::asText).toList());
  }

  /** One row of a listing of the quarantine, by its name. */
  static String row(JsonNode list, List<String> name) {
    for (JsonNode kept : list.path("kept")) {
      if (kept.path("name").valueStream().map(JsonNode::asText).toList().equals(name)) {
        return "%s: %s".formatted(key(kept), kept.path("reason").asText());
      }
    }
    return "no row %s is among those listed".formatted(String.join(" ", name));
  }

  static String checklist(JsonNode list) {
    StringBuilder text = new StringBuilder();
    String part = "";
    for (JsonNode item : list.path("items")) {
      if (!item.path("part").asText().equals(part)) {
        part = item.path("part").asText();
        text.append(part).append(System.lineSeparator());
      }
      text.append(
          "  %s %s%n        %s%n"
              .formatted(
                  switch (item.path("state").asText()) {
                    case "DONE" -> "[x]";
                    case "OPEN" -> "[ ]";
                    default -> "[?]";
                  },
                  item.path("task").asText(),
                  item.path("evidence").asText()));
    }
    Text.field(
        text,
        "done",
        "%s of %s".formatted(list.path("done").asText(), list.path("tasks").asText()));
    if (list.hasNonNull("next")) {
      Text.field(text, "next", list.path("next").asText());
    }
    return text.toString();
  }
}
