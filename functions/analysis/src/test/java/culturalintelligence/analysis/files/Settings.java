package culturalintelligence.analysis.files;

import culturalintelligence.analysis.AnalysisSettings;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;

/** The defaults, but for what a test names; without the prefix. */
final class Settings {
  private Settings() {}

  static AnalysisSettings of(Map<String, String> named) {
    Map<String, String> properties = new HashMap<>();
    named.forEach((name, value) -> properties.put("cultural-intelligence." + name, value));
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .withConverter(
            io.quarkus.runtime.configuration.MemorySize.class,
            100,
            new io.quarkus.runtime.configuration.MemorySizeConverter())
        .withSources(new PropertiesConfigSource(properties, "test", 100))
        .withMapping(AnalysisSettings.class)
        .build()
        .getConfigMapping(AnalysisSettings.class);
  }
}
