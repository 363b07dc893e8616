package culturalintelligence.analysis.http;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;

/**
 * Two switches of the HTTP server that are read from system properties when its classes are loaded,
 * so set while the configuration is built, which is before. Public only because the configuration
 * finds it by name.
 *
 * <p>Quarkus answers an address that is no URI with an empty 400 before any handler is asked. With
 * its check off the {@link Gate} says what is wrong, in JSON; and what only a strict reader minds
 * (a raw backslash in a query) is served. Requests that are no HTTP at all are {@link
 * EmptyRefusals}'.
 */
public final class BeforeHttp implements SmallRyeConfigBuilderCustomizer {
  @Override
  public void configBuilder(SmallRyeConfigBuilder builder) {
    setUnlessSet("vertx.disableURIValidation", "true");
    setUnlessSet("io.netty.bootstrap.extensions", "serviceload");
  }

  private static void setUnlessSet(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
