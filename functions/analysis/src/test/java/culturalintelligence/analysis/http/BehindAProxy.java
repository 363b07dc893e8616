package culturalintelligence.analysis.http;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/**
 * As in Lambda behind RDS Proxy: one connection, no prepared statement kept; and no request log.
 */
public final class BehindAProxy implements QuarkusTestProfile {
  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "CULTURAL_INTELLIGENCE_POOL", "1",
        "CULTURAL_INTELLIGENCE_CACHE_STATEMENTS", "false",
        "cultural-intelligence.request-log.enabled", "false");
  }
}
