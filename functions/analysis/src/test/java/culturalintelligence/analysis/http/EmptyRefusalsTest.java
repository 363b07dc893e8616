package culturalintelligence.analysis.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The server's own refusals, which the application never sees, as one connection. That it is put
 * into the server's connections is {@code local-dev/tools}' to test: a test of this module loads
 * its classes where Netty does not look for them.
 */
class EmptyRefusalsTest {
  private final EmbeddedChannel connection = new EmbeddedChannel(new EmptyRefusals.Filling());

  private FullHttpResponse answered(HttpMethod method, HttpResponseStatus status, String body) {
    connection.writeInbound(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, "/"));
    ByteBuf bytes = Unpooled.copiedBuffer(body, StandardCharsets.UTF_8);
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, bytes);
    response.headers().set(HttpHeaderNames.CONNECTION, "close");
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes.readableBytes());
    connection.writeOutbound(response);
    return connection.readOutbound();
  }

  private static JsonNode json(FullHttpResponse response) throws IOException {
    return new ObjectMapper().readTree(response.content().toString(StandardCharsets.UTF_8));
  }

  @Test
  void anEmptyRefusalIsGivenTheContractsBody() throws IOException {
    Map<HttpResponseStatus, String> codes =
        Map.of(
            HttpResponseStatus.BAD_REQUEST, "NOT_HTTP",
            HttpResponseStatus.REQUEST_URI_TOO_LONG, "ADDRESS_TOO_LONG",
            HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "HEADERS_TOO_LARGE");
    for (HttpResponseStatus status : codes.keySet()) {
      FullHttpResponse response = answered(HttpMethod.GET, status, "");

      assertThat(response.status()).isEqualTo(status);
      assertThat(response.headers().get(HttpHeaderNames.CONTENT_TYPE))
          .isEqualTo("application/json");
      assertThat(response.headers().get(HttpHeaderNames.CONNECTION)).isEqualTo("close");
      assertThat(response.headers().getInt(HttpHeaderNames.CONTENT_LENGTH))
          .isEqualTo(response.content().readableBytes());
      assertThat(json(response).path("status").asText()).isEqualTo("error");
      assertThat(json(response).path("code").asText()).isEqualTo(codes.get(status));
      assertThat(json(response).at("/track/artist").asText()).isEqualTo("Unknown Artist");
    }
  }

  @Test
  void whatHasABodyIsLeftAlone() {
    FullHttpResponse response = answered(HttpMethod.GET, HttpResponseStatus.NOT_FOUND, "{}");

    assertThat(response.content().toString(StandardCharsets.UTF_8)).isEqualTo("{}");
  }

  @Test
  void theAnswerToAHeadHasNoBodyAndTheNextOneHas() throws IOException {
    assertThat(answered(HttpMethod.HEAD, HttpResponseStatus.NOT_FOUND, "").content().isReadable())
        .isFalse();
    assertThat(json(answered(HttpMethod.GET, HttpResponseStatus.NOT_FOUND, "")).isObject())
        .isTrue();
  }

  @Test
  void chunksThatAreNoneAreAnsweredAndTheConnectionEnds() throws IOException {
    connection.writeInbound(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/"));
    DefaultLastHttpContent broken = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
    broken.setDecoderResult(DecoderResult.failure(new NumberFormatException("zz")));
    connection.writeInbound(broken);

    FullHttpResponse response = connection.readOutbound();
    assertThat(response.status()).isEqualTo(HttpResponseStatus.BAD_REQUEST);
    assertThat(json(response).path("code").asText()).isEqualTo("NOT_HTTP");
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void aGoodAnswerMayBeEmpty() {
    assertThat(answered(HttpMethod.GET, HttpResponseStatus.OK, "").content().isReadable())
        .isFalse();
  }
}
