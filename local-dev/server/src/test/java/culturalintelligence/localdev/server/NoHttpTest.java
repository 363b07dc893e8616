package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * What is no HTTP is refused by the server before any handler is asked, and in JSON all the same.
 * Tested here, where the analysis function is a library as in the packaged process.
 */
@QuarkusTest
class NoHttpTest {
  @TestHTTPResource URI service;

  private void assertRefused(String request, int status) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (Socket socket = new Socket(service.getHost(), service.getPort())) {
      socket.setSoTimeout(20_000);
      try {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
      } catch (IOException e) {
        // It may have answered and closed before all was sent.
      }
      try (InputStream in = socket.getInputStream()) {
        in.transferTo(all);
      } catch (SocketException e) {
        // Reset behind the answer.
      }
    }
    String answer = all.toString(StandardCharsets.UTF_8);
    assertThat(answer).matches("(?s)HTTP/1\\.\\d " + status + " .*");
    assertThat(answer.toLowerCase(Locale.ROOT)).contains("content-type: application/json");
    assertThat(answer).contains("\"status\":\"error\"").contains("\"code\":\"BAD_REQUEST\"");
  }

  @Test
  void headersThatAreNone() throws IOException {
    assertRefused(
        "GET /api/health HTTP/1.1\r\nHost: localhost\r\nbad header: x\r\nConnection: close\r\n\r\n",
        400);
  }

  @Test
  void headersThatAreTooLong() throws IOException {
    assertRefused(
        "GET /api/health HTTP/1.1\r\nHost: localhost\r\nX: " + "y".repeat(80_000) + "\r\n\r\n",
        431);
  }

  @Test
  void anAddressThatIsTooLong() throws IOException {
    assertRefused(
        "GET /api/health?x=" + "y".repeat(450_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 414);
  }

  @Test
  void aLineThatIsNone() throws IOException {
    assertRefused("NO HTTP\r\n\r\n", 400);
  }

  @Test
  void aLengthThatIsNoNumber() throws IOException {
    assertRefused(
        "POST /api/track/analyze HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n{}",
        400);
  }

  @Test
  void anAddressThatIsNoUri() throws IOException {
    assertRefused(
        "GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 400);
  }
}
