package culturalintelligence.localdev.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The answers as a person reads them: labelled fields in a fixed order, the next step last. */
public final class Text {
  private Text() {}

  /** The tables that were found. */
  public static String discovery(JsonNode discovery) {
    StringBuilder text = new StringBuilder();
    field(text, "source", discovery.path("source").asText());
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("table", "rows (est.)", "size", "key", "mapping", "verdict"));
    for (JsonNode table : discovery.path("tables")) {
      List<String> key = new ArrayList<>();
      table.path("key").forEach(column -> key.add(column.asText()));
      rows.add(
          List.of(
              table.path("table").asText(),
              table.path("estimatedRows").asLong() < 0
                  ? "not analysed"
                  : number(table.path("estimatedRows").asLong()),
              bytes(table.path("totalBytes").asLong()),
              key.isEmpty() ? "none" : String.join(", ", key),
              table.path("mapping").asText(),
              words(table.path("verdict").asText())));
    }
    table(text, rows);
    for (JsonNode table : discovery.path("tables")) {
      for (JsonNode reason : table.path("reasons")) {
        text.append("  %s: %s%n".formatted(table.path("table").asText(), reason.asText()));
      }
    }
    return text.toString();
  }

  static String words(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Where the run stands. */
  public static String status(JsonNode progress) {
    StringBuilder text = new StringBuilder();
    field(text, "plan", progress.path("plan").asText());
    field(text, "phase", progress.path("phase").asText().toLowerCase(Locale.ROOT));
    if (progress.hasNonNull("failure")) {
      field(text, "failure", progress.path("failure").asText());
    }
    field(text, "rows", rows(progress));
    ControlText.control(text, progress);
    changes(text, progress.path("changes"));
    field(text, "rate", rate(progress));
    field(text, "eta", eta(progress));
    field(text, "quarantine", number(progress.path("quarantined").asLong()) + " rows");
    field(text, "differences", differences(progress));
    field(text, "checked", checked(progress));
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("table", "rows", "chunks", "checked", "quarantine", "differences"));
    for (JsonNode table : progress.path("tables")) {
      if (table.path("mapping").asText().equals("none")) {
        rows.add(List.of(table.path("table").asText(), "can't be carried", "", "", "", ""));
        continue;
      }
      rows.add(
          List.of(
              table.path("table").asText(),
              number(table.path("rowsDone").asLong())
                  + "/"
                  + number(table.path("rowsTotal").asLong()),
              table.path("chunksCopied").asInt() + "/" + table.path("chunks").asInt(),
              table.path("chunksChecked").asInt() + "/" + table.path("chunks").asInt(),
              number(table.path("quarantined").asLong()),
              table.hasNonNull("differences")
                  ? number(table.path("differences").asLong())
                  : "not checked"));
    }
    table(text, rows);
    field(text, "next", next(progress.path("phase").asText()));
    return text.toString();
  }

  /** How far behind we are; nothing where nothing is captured. */
  private static void changes(StringBuilder text, JsonNode changes) {
    if (!changes.path("captured").asBoolean()) {
      return;
    }
    long waiting = changes.path("waiting").asLong();
    long redo = changes.path("redo").asLong();
    field(
        text,
        "changes",
        (waiting == 0
                ? "none waiting"
                : "%s waiting, the oldest for %s"
                    .formatted(
                        number(waiting),
                        duration(
                            Duration.ofSeconds(
                                Math.round(changes.path("oldestSeconds").asDouble())))))
            + (redo == 0 ? "" : "; %s keys to be applied again".formatted(number(redo))));
  }

  /** How a last pass came out. */
  static String lastPass(JsonNode last) {
    StringBuilder text = new StringBuilder();
    field(text, "fence", "position %s of the outbox".formatted(last.path("position").asText()));
    field(
        text,
        "since then",
        "%s changes written, %s waiting"
            .formatted(
                number(last.path("writtenSince").asLong()), number(last.path("waiting").asLong())));
    field(
        text,
        "verdict",
        switch (last.path("result").asText()) {
          case "EQUAL" -> "final: both sides are equal, and nobody has written since the fence";
          case "DIFFERS" -> "DIFFERS";
          case "WRITTEN" -> "not final: somebody wrote meanwhile";
          default -> "not final: " + last.path("phase").asText().toLowerCase(Locale.ROOT);
        });
    field(
        text,
        "next",
        switch (last.path("result").asText()) {
          case "EQUAL" -> "cratectl evidence";
          case "DIFFERS" -> "cratectl report";
          default -> "stop MetaCrate's writers, then cratectl verify --final";
        });
    return text.toString();
  }

  private static String next(String phase) {
    return switch (phase) {
      case "PLANNED" -> "cratectl start";
      case "COPYING", "VERIFYING" -> "cratectl status --watch";
      case "PAUSED", "CANCELLED" -> "cratectl resume";
      case "DIFFERS" -> "cratectl report";
      case "WAITING" -> "cratectl verify, when the changes under way have arrived";
      case "STALE" -> "cratectl verify";
      case "STUCK" -> "look at the failure, then cratectl start";
      default -> "cratectl verify, whenever you want to be sure again";
    };
  }

  /** One line of what goes on. */
  public static String line(JsonNode progress) {
    return "%s  %s rows  %s  eta %s  quarantine %s  differences %s"
        .formatted(
            progress.path("phase").asText().toLowerCase(Locale.ROOT),
            rows(progress),
            rate(progress),
            eta(progress),
            number(progress.path("quarantined").asLong()),
            differences(progress));
  }

  /** The verdict of a run, and everything that speaks against it. */
  public static String report(JsonNode report) {
    JsonNode progress = report.path("progress");
    StringBuilder text = new StringBuilder();
    field(text, "source", report.path("source").asText());
    field(text, "target", report.path("target").asText());
    text.append(status(progress));
    JsonNode counted = report.path("counted");
    field(text, "rows", counted.isObject() ? counted(counted) : "not counted");
    for (JsonNode difference : report.path("differences")) {
      text.append(difference(difference)).append(System.lineSeparator());
    }
    long listed = report.path("differences").size();
    if (progress.path("differences").asLong() > listed) {
      text.append(
          "  … and %s more%n".formatted(number(progress.path("differences").asLong() - listed)));
    }
    for (JsonNode row : report.path("quarantined")) {
      text.append(
          "  quarantine  %s %s  %s%n"
              .formatted(row.path("table").asText(), key(row), row.path("reason").asText()));
    }
    for (JsonNode table : progress.path("tables")) {
      if (table.path("mapping").asText().equals("none")) {
        field(text, "not carried", table.path("table").asText() + ": cratectl discover says why");
      }
    }
    field(text, "verdict", verdictOf(progress.path("phase").asText()));
    return text.toString();
  }

  private static String counted(JsonNode counted) {
    long source = counted.path("source").asLong();
    long migrated = counted.path("migrated").asLong();
    long quarantined = counted.path("quarantined").asLong();
    long waiting = counted.path("waiting").asLong();
    return "%s in the source %s %s migrated + %s quarantined%s"
        .formatted(
            number(source),
            source == migrated + quarantined ? "=" : "≠",
            number(migrated),
            number(quarantined),
            waiting == 0 ? "" : "; changes of %s rows under way".formatted(number(waiting)));
  }

  /** What the sums of the buckets say, table by table. */
  static String scans(JsonNode scans) {
    StringBuilder text = new StringBuilder();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("table", "rows", "buckets", "differ", "fetched", "seconds", "result"));
    for (JsonNode scan : scans) {
      boolean could = !scan.path("result").asText().equals("COULD_NOT");
      rows.add(
          List.of(
              scan.path("table").asText(),
              could ? number(scan.path("rows").asLong()) : "not checked",
              could ? number(scan.path("buckets").asLong()) : "",
              could ? number(scan.path("bucketsThatDiffer").asLong()) : "",
              could ? number(scan.path("rowsFetched").asLong()) : "",
              could ? "%.2f".formatted(scan.path("seconds").asDouble()) : "",
              words(scan.path("result").asText())));
    }
    table(text, rows);
    for (JsonNode scan : scans) {
      if (scan.hasNonNull("reason")) {
        text.append(
            "  %s: %s%n".formatted(scan.path("table").asText(), scan.path("reason").asText()));
      }
      for (JsonNode difference : scan.path("differences")) {
        text.append(difference(difference)).append(System.lineSeparator());
      }
    }
    field(text, "next", "cratectl verify, for the proof of every row");
    return text.toString();
  }

  /** What the files say of the rows. */
  static String witnesses(JsonNode check) {
    StringBuilder text = new StringBuilder();
    long notRead = check.path("notRead").asLong();
    long unanswered = check.path("asked").asLong() - check.path("answered").asLong();
    field(
        text,
        "files",
        "%s asked for, %s read; %s behind differing rows, %s drawn from %s tracks (seed %s)"
            .formatted(
                number(check.path("asked").asLong()),
                number(check.path("answered").asLong() - notRead),
                number(check.path("behindDifferences").asLong()),
                number(check.path("asked").asLong() - check.path("behindDifferences").asLong()),
                number(check.path("population").asLong()),
                check.path("seed").asText()));
    field(
        text,
        "sample",
        "%s judged, %s not as described"
            .formatted(
                number(check.path("sampled").asLong()),
                number(check.path("notAsDescribed").asLong())));
    if (notRead + unanswered > 0) {
      field(
          text,
          "not read",
          number(notRead + unanswered) + ", of which nothing was learned; the bound counts them");
    }
    field(
        text,
        "bound",
        check.hasNonNull("atMost")
            ? "at most %s %% of all tracks are not as their file, with %.0f %%"
                .formatted(
                    percent(check.path("atMost").asDouble()),
                    100 * check.path("certainty").asDouble())
            : "none: no sample was drawn, or it was not read");
    for (JsonNode file : check.path("files")) {
      text.append(
          "  %s  %s%s%s%n"
              .formatted(
                  words(file.path("outcome").asText()),
                  file.path("path").asText(),
                  file.hasNonNull("says") ? ": " + file.path("says").asText() : "",
                  file.hasNonNull("verdict")
                      ? "  [" + words(file.path("verdict").asText()) + "]"
                      : ""));
    }
    String result = check.path("result").asText();
    field(
        text,
        "verdict",
        switch (result) {
          case "AS_DESCRIBED" -> "every file read is as its row says";
          case "DIFFERS" -> "DIFFERS";
          default -> "not checked: some files could not be read, or there were none";
        });
    field(
        text,
        "next",
        switch (result) {
          case "AS_DESCRIBED" -> "cratectl evidence";
          case "DIFFERS" ->
              "cratectl report, then cratectl repair for what the migration did wrong";
          default -> "set LIBRARY_ROOTS to where the files are, then cratectl verify --files";
        });
    return text.toString();
  }

  /** Of a share, with two digits that mean something. */
  private static String percent(double share) {
    return new BigDecimal(100 * share).round(new MathContext(2, RoundingMode.UP)).toPlainString();
  }

  private static String difference(JsonNode difference) {
    String column =
        difference.hasNonNull("column") ? " column " + difference.path("column").asText() : "";
    if (difference.hasNonNull("path")) {
      column += " at " + difference.path("path").asText();
    }
    if (difference.hasNonNull("how")) {
      column += " (" + words(difference.path("how").asText()) + ")";
    }
    String values =
        difference.hasNonNull("column")
                || difference.hasNonNull("sourceValue")
                || difference.hasNonNull("targetValue")
            ? ": %s, not %s"
                .formatted(value(difference, "targetValue"), value(difference, "sourceValue"))
            : "";
    String verdict = difference.path("verdict").asText("MIGRATION_FAULT");
    return "  %s  %s %s%s%s%s"
        .formatted(
            words(difference.path("kind").asText()),
            difference.path("table").asText(),
            key(difference),
            column,
            values,
            verdict.equals("MIGRATION_FAULT") ? "" : "  [" + words(verdict) + "]");
  }

  private static String value(JsonNode difference, String name) {
    // In quotes, cut and masked by whoever found it.
    return difference.hasNonNull(name) ? difference.path(name).asText() : "NULL";
  }

  private static String key(JsonNode row) {
    List<String> parts = new ArrayList<>();
    row.path("key").forEach(part -> parts.add(part.asText()));
    return parts.isEmpty() ? "(whole table)" : "key " + String.join(", ", parts);
  }

  private static String verdictOf(String phase) {
    return switch (phase) {
      case "VERIFIED" -> "verified: every row and every column carried is equal";
      case "DIFFERS" -> "DIFFERS";
      case "WAITING" -> "not verified: changes of some rows are still under way";
      case "STALE" -> "not verified any more: the comparison is too old";
      default -> "not verified: " + phase.toLowerCase(Locale.ROOT);
    };
  }

  private static String rows(JsonNode progress) {
    long done = progress.path("rowsDone").asLong();
    long total = progress.path("rowsTotal").asLong();
    return "%s/%s (%s)"
        .formatted(
            number(done),
            number(total),
            total == 0 ? "all" : "%.1f %%".formatted(100.0 * done / total));
  }

  private static String rate(JsonNode progress) {
    return progress.hasNonNull("rowsPerSecond")
        ? number(Math.round(progress.path("rowsPerSecond").asDouble())) + " rows/s"
        : "n/a";
  }

  private static String eta(JsonNode progress) {
    return progress.hasNonNull("eta")
        ? duration(Duration.ofMillis(Math.round(progress.path("eta").asDouble() * 1000)))
        : "n/a";
  }

  private static String differences(JsonNode progress) {
    return progress.hasNonNull("differences")
        ? number(progress.path("differences").asLong())
        : "not checked";
  }

  private static String checked(JsonNode progress) {
    if (!progress.hasNonNull("checkedAt")) {
      return "not checked, or not all of it";
    }
    Instant at = Instant.parse(progress.path("checkedAt").asText());
    Duration age = Duration.between(at, Instant.parse(progress.path("takenAt").asText()));
    return "%s ago%s".formatted(duration(age), age.toHours() >= 24 ? " (stale)" : "");
  }

  static String duration(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3600
        ? "%d min %d s".formatted(seconds / 60, seconds % 60)
        : "%d h %d min".formatted(seconds / 3600, seconds % 3600 / 60);
  }

  static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double value = bytes;
    for (String unit : List.of("KB", "MB", "GB")) {
      value /= 1024;
      if (value < 1024) {
        return "%.1f %s".formatted(value, unit);
      }
    }
    return "%.1f TB".formatted(value / 1024);
  }

  static String number(long number) {
    return "%,d".formatted(number).replace(',', ' ');
  }

  static void field(StringBuilder text, String label, String value) {
    text.append("%-13s%s%n".formatted(label + ":", value));
  }

  static void table(StringBuilder text, List<List<String>> rows) {
    int columns = rows.getFirst().size();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder("  ");
      for (int i = 0; i < columns; i++) {
        int column = i;
        int width = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
        line.append(("%-" + Math.max(1, width) + "s  ").formatted(row.get(i)));
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
  }
}
