package culturalintelligence.localdev.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Jobs over files as a person reads them. */
final class JobText {
  private JobText() {}

  static boolean isOver(JsonNode job) {
    return switch (job.path("state").asText()) {
      case "WALKING", "QUEUED" -> false;
      default -> true;
    };
  }

  /** One line of what goes on. */
  static String line(JsonNode job) {
    return "%s  found %s  unchanged %s  read %s/%s  trouble %s  %s  eta %s"
        .formatted(
            words(job.path("state").asText()),
            count(job, "found"),
            count(job, "known"),
            count(job, "settled"),
            count(job, "queued"),
            count(job, "trouble"),
            job.hasNonNull("filesPerSecond")
                ? "%.1f files/s".formatted(job.path("filesPerSecond").asDouble())
                : "n/a",
            job.hasNonNull("eta")
                ? Text.duration(Duration.ofMillis(Math.round(job.path("eta").asDouble() * 1000)))
                : "n/a");
  }

  static String list(JsonNode jobs) {
    StringBuilder text = new StringBuilder();
    for (JsonNode job : jobs.path("jobs")) {
      text.append(
          "%-4s %-8s %-10s %s%n"
              .formatted(
                  job.path("id").asText(),
                  words(job.path("purpose").asText()),
                  words(job.path("state").asText()),
                  job.hasNonNull("root") ? job.path("root").asText() : ""));
    }
    return text.isEmpty()
        ? "There is no job yet.\nnext:        cratectl scan PATH"
        : text.toString();
  }

  /**
   * A job in full.
   *
   * @param readings those in trouble; null when there are none
   */
  static String job(JsonNode job, @Nullable JsonNode readings) {
    StringBuilder text = new StringBuilder();
    Text.field(text, "job", job.path("id").asText());
    Text.field(text, "purpose", words(job.path("purpose").asText()));
    if (job.hasNonNull("root")) {
      Text.field(text, "folder", job.path("root").asText());
    }
    Text.field(text, "state", words(job.path("state").asText()));
    if (job.hasNonNull("failure")) {
      Text.field(text, "failure", job.path("failure").asText());
    }
    boolean scan = job.path("purpose").asText().equals("SCAN");
    Text.field(
        text,
        "found",
        count(job, "found")
            + (scan ? " files in %s folders".formatted(count(job, "folders")) : " files"));
    if (scan) {
      Text.field(text, "unchanged", count(job, "known") + " not read");
    }
    Text.field(text, "done", count(job, "settled") + " of " + count(job, "queued"));
    for (JsonNode tally : job.path("tallies")) {
      String code = tally.path("code").asText();
      text.append(
          "  %-11s%s%s%n"
              .formatted(
                  words(tally.path("outcome").asText()),
                  count(tally, "files"),
                  code.isEmpty() || code.equals(tally.path("outcome").asText())
                      ? ""
                      : "  " + code));
    }
    if (job.path("skipped").asLong() > 0) {
      Text.field(text, "skipped", count(job, "skipped") + " links and devices");
    }
    Text.field(text, "bytes", Text.bytes(job.path("bytes").asLong()) + " read");
    Text.field(text, "time", time(job));
    if (readings != null) {
      readings(text, job, readings);
    }
    Text.field(text, "next", next(job));
    return text.toString();
  }

  private static void readings(StringBuilder text, JsonNode job, JsonNode readings) {
    long listed = 0;
    for (JsonNode reading : readings.path("readings")) {
      // Of a witness all are listed, those that are well too.
      if (reading.hasNonNull("code")) {
        listed++;
        text.append(
            "  %s  %s: %s%n"
                .formatted(
                    reading.path("code").asText(),
                    reading.path("path").asText(),
                    reading.path("reason").asText()));
      }
    }
    long more = job.path("trouble").asLong() - listed;
    if (more > 0) {
      text.append("  … and %s more%n".formatted(Text.number(more)));
    }
  }

  private static String time(JsonNode job) {
    Instant begun = Instant.parse(job.path("createdAt").asText());
    Instant end =
        Instant.parse(job.path(job.hasNonNull("finishedAt") ? "finishedAt" : "takenAt").asText());
    Duration took = Duration.between(begun, end);
    double seconds = Math.max(0.001, took.toMillis() / 1000.0);
    return "%s, %.1f files/s"
        .formatted(
            Text.duration(took),
            (job.path("known").asLong() + job.path("settled").asLong()) / seconds);
  }

  private static String next(JsonNode job) {
    String id = job.path("id").asText();
    return switch (job.path("state").asText()) {
      case "WALKING", "QUEUED" ->
          "cratectl jobs %s --watch; should nothing move, cratectl jobs %s --resume"
              .formatted(id, id);
      case "FAILED" -> "mend the reason, then ask again";
      case "CANCELLED" -> "ask again; what was read is not read again";
      default ->
          job.path("trouble").asLong() > 0
              ? "look at the files above; a later scan reads what has changed"
              : "nothing to do";
    };
  }

  private static String count(JsonNode node, String name) {
    return Text.number(node.path(name).asLong());
  }

  private static String words(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
