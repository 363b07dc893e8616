package culturalintelligence.persistence.observability;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Figures as lines of the log in CloudWatch's embedded metric format, which costs a function no
 * call. Off unless {@code METRICS_EMF} is true: elsewhere nobody reads them.
 */
@DefaultBean
@ApplicationScoped
class EmbeddedMetrics implements Measures {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAMESPACE = "CulturalIntelligence";

  private final boolean wanted;
  private final PrintStream out;

  @jakarta.inject.Inject
  EmbeddedMetrics(@ConfigProperty(name = "METRICS_EMF", defaultValue = "false") boolean wanted) {
    this(wanted, System.out);
  }

  EmbeddedMetrics(boolean wanted, PrintStream out) {
    this.wanted = wanted;
    this.out = out;
  }

  /** For the container's proxy. */
  protected EmbeddedMetrics() {
    this(false, System.out);
  }

  @Override
  public void copied(long migrated, long quarantined, long bytes, Duration took) {
    Map<String, Number> values = new LinkedHashMap<>();
    values.put("RowsMigrated", migrated);
    values.put("RowsQuarantined", quarantined);
    values.put("BytesMigrated", bytes);
    values.put("ChunkCopyMilliseconds", took.toMillis());
    write(values);
  }

  @Override
  public void compared(boolean equal, Duration took) {
    Map<String, Number> values = new LinkedHashMap<>();
    values.put("ChunksVerified", 1);
    values.put("ChunksDiffering", equal ? 0 : 1);
    values.put("ChunkCheckMilliseconds", took.toMillis());
    write(values);
  }

  @Override
  public void outbox(long length, Duration age) {
    Map<String, Number> values = new LinkedHashMap<>();
    values.put("OutboxLength", length);
    values.put("OutboxAgeSeconds", age.toSeconds());
    write(values);
  }

  private void write(Map<String, Number> values) {
    if (wanted) {
      out.println(line(values, System.currentTimeMillis()));
    }
  }

  static String line(Map<String, Number> values, long timestamp) {
    ObjectNode line = JSON.createObjectNode();
    ObjectNode aws = line.putObject("_aws");
    aws.put("Timestamp", timestamp);
    ObjectNode directive = aws.putArray("CloudWatchMetrics").addObject();
    directive.put("Namespace", NAMESPACE);
    directive.putArray("Dimensions").addArray();
    ArrayNode metrics = directive.putArray("Metrics");
    values.forEach(
        (name, value) -> {
          String unit =
              name.endsWith("Milliseconds")
                  ? "Milliseconds"
                  : name.endsWith("Seconds")
                      ? "Seconds"
                      : name.startsWith("Bytes") ? "Bytes" : "Count";
          metrics.addObject().put("Name", name).put("Unit", unit);
          line.put(name, value.longValue());
        });
    return line.toString();
  }
}
