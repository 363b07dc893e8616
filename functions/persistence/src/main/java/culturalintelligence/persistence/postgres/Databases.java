package culturalintelligence.persistence.postgres;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The two databases by configuration. Nothing is opened before it is used. */
@ApplicationScoped
class Databases {

  @Produces
  @ApplicationScoped
  SourceDatabase source(
      @ConfigProperty(name = "METACRATE_URL") Optional<String> url,
      @ConfigProperty(name = "METACRATE_USER") Optional<String> user,
      @ConfigProperty(name = "METACRATE_PASSWORD") Optional<String> password) {
    return new SourceDatabase(database("METACRATE", url, user, password).orElse(null));
  }

  @Produces
  @ApplicationScoped
  TargetDatabase target(
      @ConfigProperty(name = "CULTURAL_INTELLIGENCE_URL") Optional<String> url,
      @ConfigProperty(name = "CULTURAL_INTELLIGENCE_USER") Optional<String> user,
      @ConfigProperty(name = "CULTURAL_INTELLIGENCE_PASSWORD") Optional<String> password) {
    return new TargetDatabase(database("CULTURAL_INTELLIGENCE", url, user, password).orElse(null));
  }

  private static Optional<Database> database(
      String name, Optional<String> url, Optional<String> user, Optional<String> password) {
    return url.map(
        address -> {
          try {
            return new Database(
                DatabaseAddress.parse(address, user.orElse(null), password.orElse(null)),
                "cultural-intelligence");
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + "_URL is " + e.getMessage(), e);
          }
        });
  }
}
