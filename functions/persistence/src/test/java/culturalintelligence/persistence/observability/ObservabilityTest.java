package culturalintelligence.persistence.observability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.Test;

class ObservabilityTest {
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @Test
  void figuresAreWrittenInTheFormCloudWatchReads() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    EmbeddedMetrics metrics =
        new EmbeddedMetrics(true, new PrintStream(bytes, true, StandardCharsets.UTF_8));
    metrics.copied(990, 10, 123_456, Duration.ofMillis(345));
    JsonNode line = new ObjectMapper().readTree(bytes.toString(StandardCharsets.UTF_8));
    assertThat(line.path("RowsMigrated").asLong()).isEqualTo(990);
    assertThat(line.path("RowsQuarantined").asLong()).isEqualTo(10);
    JsonNode directive = line.path("_aws").path("CloudWatchMetrics").path(0);
    assertThat(directive.path("Namespace").asText()).isEqualTo("CulturalIntelligence");
    // One empty set of dimensions: with no set at all, no metric is made.
    assertThat(directive.path("Dimensions").toString()).isEqualTo("[[]]");
    assertThat(directive.path("Metrics").toString())
        .isEqualTo(
            "[{\"Name\":\"RowsMigrated\",\"Unit\":\"Count\"},"
                + "{\"Name\":\"RowsQuarantined\",\"Unit\":\"Count\"},"
                + "{\"Name\":\"BytesMigrated\",\"Unit\":\"Bytes\"},"
                + "{\"Name\":\"ChunkCopyMilliseconds\",\"Unit\":\"Milliseconds\"}]");
    assertThat(line.path("_aws").path("Timestamp").asLong()).isPositive();
  }

  @Test
  void nothingIsWrittenWhereNobodyReadsIt() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new EmbeddedMetrics(false, new PrintStream(bytes, true, StandardCharsets.UTF_8))
        .outbox(5, Duration.ofSeconds(3));
    assertThat(bytes.size()).isZero();
  }

  @Test
  void aCallersTraceIsPassedOnWithWhatItsWorkAsksFor() {
    assertThat(LogContext.traceparent()).isEmpty();
    try (LogContext context = LogContext.of("chunk", "m1", TRACE)) {
      context.put("chunk", "1/2");
      assertThat(MDC.get("trace_id")).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
      assertThat(MDC.get("request_id")).isEqualTo("m1");
      assertThat(MDC.get("chunk")).isEqualTo("1/2");
      assertThat(LogContext.traceparent())
          .hasValueSatisfying(t -> assertThat(t).contains("4bf92f3577b34da6a3ce929d0e0e4736"));
    }
    assertThat(LogContext.traceparent()).isEmpty();
    assertThat(MDC.get("request_id")).isNull();
    assertThat(MDC.get("chunk")).isNull();
  }

  @Test
  void aTraceThatIsNoneIsLeftAlone() {
    try (LogContext context = LogContext.of("chunk", "m1", "rubbish")) {
      context.put("chunk", "1/2");
      assertThat(MDC.get("trace_id")).isNull();
    }
  }

  @Test
  void aRequestKeepsItsCallersNameUnlessThatWouldHarmTheLog() {
    assertThat(RequestId.begin(Map.of("X-Request-Id", "abc-1")::get)).isEqualTo("abc-1");
    assertThat(
            RequestId.begin(
                Map.of("X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793")::get))
        .isEqualTo("Root=1-5759e988-bd862e3fe1be46a994272793");
    for (String bad : List.of("a\nb", "x".repeat(129), "\"quoted\"", "")) {
      assertThat(RequestId.begin(Map.of("X-Request-Id", bad)::get)).isNotEqualTo(bad).hasSize(36);
    }
    assertThat(MDC.get("request_id")).isNotNull();
    MDC.remove("request_id");
  }
}
