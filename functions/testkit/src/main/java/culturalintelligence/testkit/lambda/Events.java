package culturalintelligence.testkit.lambda;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Events in the form AWS sends them. */
public final class Events {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Events() {}

  /** A request as an HTTP API of API Gateway hands it on, payload format 2.0. */
  public static String http(String method, String path, String query, @Nullable String body) {
    ObjectNode event = JSON.createObjectNode();
    event.put("version", "2.0").put("routeKey", "ANY /{proxy+}");
    event.put("rawPath", path).put("rawQueryString", query);
    ObjectNode headers = event.putObject("headers");
    headers
        .put("accept", "*/*")
        .put("host", "example.execute-api.eu-west-1.amazonaws.com")
        .put("x-forwarded-for", "192.0.2.1")
        .put("x-forwarded-port", "443")
        .put("x-forwarded-proto", "https");
    if (body != null) {
      headers.put("content-type", "application/json");
      headers.put("content-length", Integer.toString(body.length()));
      event.put("body", body);
    }
    ObjectNode context = event.putObject("requestContext");
    context
        .put("accountId", "123456789012")
        .put("apiId", "example")
        .put("domainName", "example.execute-api.eu-west-1.amazonaws.com")
        .put("requestId", UUID.randomUUID().toString())
        .put("routeKey", "ANY /{proxy+}")
        .put("stage", "$default")
        .put("time", "01/Jan/2026:00:00:00 +0000")
        .put("timeEpoch", 1_767_225_600_000L);
    context
        .putObject("http")
        .put("method", method)
        .put("path", path)
        .put("protocol", "HTTP/1.1")
        .put("sourceIp", "192.0.2.1")
        .put("userAgent", "test");
    event.put("isBase64Encoded", false);
    return event.toString();
  }

  /** A batch of SQS; the messages are named m1, m2, … */
  public static String queue(String... bodies) {
    ObjectNode event = JSON.createObjectNode();
    ArrayNode records = event.putArray("Records");
    for (int i = 0; i < bodies.length; i++) {
      ObjectNode message = records.addObject();
      message
          .put("messageId", "m" + (i + 1))
          .put("receiptHandle", "handle")
          .put("body", bodies[i])
          .put("eventSource", "aws:sqs")
          .put("eventSourceARN", "arn:aws:sqs:eu-west-1:123456789012:cultural-intelligence")
          .put("awsRegion", "eu-west-1");
      message
          .putObject("attributes")
          .put("ApproximateReceiveCount", "1")
          .put("SentTimestamp", "1767225600000")
          .put("SenderId", "AIDA")
          .put("ApproximateFirstReceiveTimestamp", "1767225600001");
      message.putObject("messageAttributes");
    }
    return event.toString();
  }
}
