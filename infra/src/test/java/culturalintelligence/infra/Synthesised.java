package culturalintelligence.infra;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Template;

/** A template as CDK makes it of these settings, with empty packages for the functions' code. */
final class Synthesised {
  final Template template;
  final Annotations notes;

  private Synthesised(Map<String, String> context) {
    App app =
        new App(
            AppProps.builder()
                // What CloudFormation would refuse is refused here.
                .context(Map.of("@aws-cdk/core:validateAgainstDefaultRules", true))
                .build());
    Function<String, @Nullable String> settings = context::get;
    FunctionsStack stack =
        Deployment.stack(app, Settings.from(settings), packages(context.get("packaging")));
    template = Template.fromStack(stack);
    notes = Annotations.fromStack(stack);
  }

  /** Settings as {@code name, value, name, value}. */
  static Synthesised with(String... context) {
    boolean node =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "node")));
    if (!node) {
      System.out.println("[infra] skipped: AWS CDK needs node, and none is on the PATH");
    }
    Assumptions.assumeTrue(node, "AWS CDK needs node, and none is on the PATH");
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < context.length; i += 2) {
      map.put(context[i], context[i + 1]);
    }
    return new Synthesised(map);
  }

  private static Path packages(@Nullable String packaging) {
    try {
      Path home = Files.createTempDirectory("packages");
      for (String function :
          List.of("analysis", "operations", "migration", "verification", "files")) {
        Path zip =
            home.resolve("functions")
                .resolve(function.equals("files") ? "analysis" : function)
                .resolve("target")
                .resolve(
                    ("jvm".equals(packaging) ? "lambda" : "native")
                        + (function.equals("files") ? "-files" : ""))
                .resolve("function.zip");
        Files.createDirectories(zip.getParent());
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
          out.putNextEntry(new ZipEntry("bootstrap"));
          out.write(function.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
      }
      return home;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The properties of every resource of a type, by logical name. */
  Map<String, Map<String, Object>> all(String type) {
    Map<String, Map<String, Object>> found = new HashMap<>();
    template.findResources(type).forEach((id, resource) -> found.put(id, properties(resource)));
    return found;
  }

  @SuppressWarnings("unchecked") // CDK's own form of JSON
  private static Map<String, Object> properties(Map<String, Object> resource) {
    return (Map<String, Object>) resource.getOrDefault("Properties", Map.of());
  }
}
