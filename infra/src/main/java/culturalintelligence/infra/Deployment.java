package culturalintelligence.infra;

import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.nio.file.Path;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.StackProps;

/** What {@code cdk} runs. Settings come as context: {@code cdk deploy -c architecture=x86_64 …}. */
public final class Deployment {
  private Deployment() {}

  public static void main(String[] args) {
    App app = new App();
    Settings settings = Settings.from(name -> (String) app.getNode().tryGetContext(name));
    stack(app, settings, Path.of("").toAbsolutePath());
    app.synth();
  }

  static FunctionsStack stack(App app, Settings settings, Path home) {
    FunctionsStack stack =
        new FunctionsStack(
            app,
            "CulturalIntelligence",
            StackProps.builder()
                .description("Cultural Intelligence: analysis, migration and its proof")
                // None named: a stack for any account and region.
                .env(Environment.builder().build())
                .build(),
            settings,
            Packages.below(home, settings));
    Aspects.of(app).add(AwsSolutionsChecks.Builder.create().verbose(true).build());
    return stack;
  }
}
