package culturalintelligence.localdev.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A run's evidence: written to a file, and computed again from it. */
@Command(
    name = "evidence",
    mixinStandardHelpOptions = true,
    description =
        "Make an evidence bundle of the run as it stands; with check FILE, compute a bundle's sums again from"
            + " the databases, or from the archive of a table that is gone.",
    footer = {
      "",
      "Archives lie in folders named schema.table below the functions' ARCHIVE_FOLDER. Exit codes of check:",
      "0 as in the bundle, 1 something is not, 2 it could not be checked."
    })
final class EvidenceCommand implements Callable<Integer> {
  private final OperatorApi api;

  @Option(names = "--out", paramLabel = "FILE", description = "where to write it (default: stdout)")
  private @Nullable Path out;

  EvidenceCommand(OperatorApi api) {
    this.api = api;
  }

  @Override
  public Integer call() throws OperatorApi.Refused, IOException {
    JsonNode bundle = api.post("/operations/evidence");
    // As it came: keys sorted, no spaces; so the digest can be computed by anybody.
    String text = new ObjectMapper().writeValueAsString(bundle);
    if (out == null) {
      System.out.println(text);
    } else {
      Files.writeString(out, text);
      System.out.println("file:        " + out);
      System.out.println("sha256:      " + bundle.path("sha256").asText());
      System.out.println(
          "verdict:     " + bundle.path("verdict").asText().toLowerCase(Locale.ROOT));
      System.out.println("next:        cratectl evidence check " + out);
    }
    return Cratectl.EQUAL;
  }

  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = "Compute a bundle's sums again.")
  int check(
      @CommandLine.Mixin Cratectl.Output output,
      @Parameters(paramLabel = "FILE", description = "a bundle") Path file)
      throws OperatorApi.Refused {
    JsonNode answer;
    try {
      answer = api.postJson("/operations/evidence/check", Files.readString(file));
    } catch (IOException e) {
      System.err.println("cratectl: %s can't be read: %s".formatted(file, e.getMessage()));
      return Cratectl.COULD_NOT;
    }
    output.print(answer, EvidenceCommand::checked);
    return switch (answer.path("result").asText()) {
      case "EQUAL" -> Cratectl.EQUAL;
      case "DIFFERS" -> Cratectl.DIFFERS;
      default -> Cratectl.COULD_NOT;
    };
  }

  private static String checked(JsonNode answer) {
    StringBuilder text = new StringBuilder();
    text.append(
        "bundle:      %s%n"
            .formatted(
                answer.path("intact").asBoolean()
                    ? "intact"
                    : "CHANGED: it does not have the digest it was written with"));
    for (JsonNode table : answer.path("tables")) {
      List<String> buckets = table.path("buckets").valueStream().map(JsonNode::asText).toList();
      text.append(
          "  %s  %s against the %s: %s%s%n"
              .formatted(
                  words(table.path("result").asText()),
                  table.path("table").asText(),
                  table.path("against").asText(),
                  table.path("says").asText(),
                  buckets.isEmpty()
                      ? ""
                      : " (buckets %s)"
                          .formatted(
                              String.join(
                                  ", ", buckets.subList(0, Math.min(20, buckets.size()))))));
    }
    text.append("verdict:     %s".formatted(words(answer.path("result").asText())));
    return text.toString();
  }

  private static String words(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
