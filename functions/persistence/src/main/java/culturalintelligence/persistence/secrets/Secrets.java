package culturalintelligence.persistence.secrets;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * {@code CULTURAL_INTELLIGENCE_SECRET}, {@code METACRATE_SECRET} and {@code API_KEYS_SECRET} name
 * secrets in AWS Secrets Manager by ARN; their members become the settings of those names. So no
 * password stands in a function's configuration. What the environment says itself wins. Public only
 * because the configuration finds it by name.
 */
public final class Secrets implements ConfigSourceFactory {
  private static final int BELOW_ENVIRONMENT = 290;
  private static final String ENDPOINT = "AWS_ENDPOINT_URL_SECRETS_MANAGER";

  @Override
  public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String name : List.of("CULTURAL_INTELLIGENCE", "METACRATE")) {
      Map<String, String> secret = secret(context, name + "_SECRET");
      take(secret, "url", settings, name + "_URL");
      take(secret, "username", settings, name + "_USER");
      take(secret, "password", settings, name + "_PASSWORD");
    }
    take(secret(context, "API_KEYS_SECRET"), "API_KEYS", settings, "API_KEYS");
    return settings.isEmpty()
        ? List.of()
        : List.of(new PropertiesConfigSource(settings, "AWS Secrets Manager", BELOW_ENVIRONMENT));
  }

  private static void take(
      Map<String, String> secret, String member, Map<String, String> settings, String name) {
    String value = secret.get(member);
    if (value != null && !value.isEmpty()) {
      settings.put(name, value);
    }
  }

  private static Map<String, String> secret(ConfigSourceContext context, String setting) {
    String arn = text(context, setting);
    if (arn == null) {
      return Map.of();
    }
    String endpoint = text(context, ENDPOINT);
    return new SecretReader(endpoint == null ? null : URI.create(endpoint)).read(arn);
  }

  private static @Nullable String text(ConfigSourceContext context, String name) {
    ConfigValue value = context.getValue(name);
    return value == null || value.getValue() == null || value.getValue().isBlank()
        ? null
        : value.getValue();
  }

  @Override
  public OptionalInt getPriority() {
    return OptionalInt.of(BELOW_ENVIRONMENT);
  }
}
