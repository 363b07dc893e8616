package culturalintelligence.persistence.tracks;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/**
 * Lets {@code CULTURAL_INTELLIGENCE_URL} be written in any form people have at hand: {@code
 * postgresql://}, {@code postgres://} and {@code jdbc:postgresql://} come to what the reactive
 * client takes. Public only because the configuration finds it by name.
 */
public final class AnyUrlForm implements ConfigSourceInterceptor {
  private static final String URL = "quarkus.datasource.reactive.url";

  @Override
  public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
    ConfigValue value = context.proceed(name);
    if (value == null || !name.equals(URL) || value.getValue() == null) {
      return value;
    }
    return value.withValue(normalise(value.getValue()));
  }

  static String normalise(String url) {
    String plain = url.strip();
    if (plain.startsWith("jdbc:")) {
      plain = plain.substring("jdbc:".length());
    }
    if (plain.startsWith("postgres://")) {
      plain = "postgresql://" + plain.substring("postgres://".length());
    }
    return plain;
  }
}
