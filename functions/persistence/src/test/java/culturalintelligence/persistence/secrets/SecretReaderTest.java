package culturalintelligence.persistence.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

class SecretReaderTest {
  private static final String ARN =
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:MetaCrate-a1b2c3";

  private HttpServer server;
  private int status = 200;
  private String answer = "";
  private String asked = "";
  private Headers headers = new Headers();

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          headers = exchange.getRequestHeaders();
          asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Map<String, String> read() {
    return new SecretReader(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"),
            StaticCredentialsProvider.create(AwsBasicCredentials.create("KEY", "hush")))
        .read(ARN);
  }

  @Test
  void aSecretIsAskedForBySignedRequestAndItsMembersAreGiven() {
    ObjectMapper json = new ObjectMapper();
    String secret =
        json.createObjectNode()
            .put("username", "metacrate")
            .put("password", "p\"w{}")
            .put("port", 5432)
            .toString();
    answer = json.createObjectNode().put("ARN", ARN).put("SecretString", secret).toString();
    assertThat(read())
        .containsEntry("username", "metacrate")
        .containsEntry("password", "p\"w{}")
        .containsEntry("port", "5432");
    assertThat(asked).isEqualTo("{\"SecretId\":\"" + ARN + "\"}");
    assertThat(headers.getFirst("X-Amz-Target")).isEqualTo("secretsmanager.GetSecretValue");
    assertThat(headers.getFirst("Authorization"))
        .startsWith("AWS4-HMAC-SHA256 Credential=KEY/")
        .contains("/eu-west-1/secretsmanager/aws4_request")
        .doesNotContain("hush");
  }

  @Test
  void aRefusalSaysWhichSecretAndWhy() {
    status = 400;
    answer = "{\"__type\":\"AccessDeniedException\"}";
    assertThatThrownBy(this::read)
        .hasMessageContaining(ARN)
        .hasMessageContaining("400")
        .hasMessageContaining("AccessDenied");
  }

  @Test
  void aSecretInAnotherFormIsNotTold() {
    answer = "{\"SecretString\":\"just-a-password\"}";
    assertThatThrownBy(this::read)
        .hasMessageContaining("not a JSON object")
        .hasMessageNotContaining("just-a-password")
        .hasNoCause();
  }
}
