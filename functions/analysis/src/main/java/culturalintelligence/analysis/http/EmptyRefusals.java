package culturalintelligence.analysis.http;

import culturalintelligence.domain.failure.Failure;
import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;

/**
 * Gives the server's own empty refusals the contract's body: of a request whose line or headers are
 * no HTTP, or longer than any limit, Vert.x answers 400, 414 or 431 and nothing else, and no
 * handler of the application is ever asked. Of a body in chunks that are none it only closes the
 * connection, so that is answered here. Public only because Netty finds it by name; see {@link
 * BeforeHttp}.
 */
public final class EmptyRefusals extends ChannelInitializerExtension {
  private static final String NAME = "empty-refusals";

  @Override
  public void postInitializeServerChildChannel(Channel channel) {
    channel.pipeline().addLast(new Placing());
  }

  /** Finds its place once the server has put its own handlers there: behind the encoder. */
  private static final class Placing extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
      ChannelHandlerContext encoder = context.pipeline().context(HttpResponseEncoder.class);
      if (encoder != null) {
        context.pipeline().addAfter(encoder.name(), NAME, new Filling());
      }
      context.fireChannelActive();
      context.pipeline().remove(this);
    }
  }

  /** Of one connection. */
  static final class Filling extends ChannelDuplexHandler {
    /** Whether each request not answered yet is a HEAD, whose answer has no body. */
    private final Queue<Boolean> heads = new ArrayDeque<>();

    /** Answered here and to be closed: what the application still says goes nowhere. */
    private boolean over;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest request) {
        heads.add(request.decoderResult().isSuccess() && request.method().equals(HttpMethod.HEAD));
      } else if (message instanceof HttpContent content
          && content.decoderResult().isFailure()
          && heads.size() == 1
          && !over) {
        over = true;
        ReferenceCountUtil.release(message);
        FullHttpResponse refusal =
            body(HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_REQUEST, Failures.NOT_HTTP);
        refusal.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        // The encoder is in front of this, so the context's own writing passes it.
        context.writeAndFlush(refusal).addListener(ChannelFutureListener.CLOSE);
        return;
      }
      context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (over) {
        ReferenceCountUtil.release(message);
        promise.setFailure(new ClosedChannelException());
        return;
      }
      Object written = message;
      if (message instanceof HttpResponse response && response.status().code() >= 200) {
        boolean head = Boolean.TRUE.equals(heads.poll());
        if (!head
            && response.status().code() >= 400
            && response instanceof FullHttpResponse full
            && !full.content().isReadable()) {
          written = filled(full);
          full.release();
        }
      }
      var _ = context.write(written, promise);
    }

    private static FullHttpResponse filled(FullHttpResponse empty) {
      int status = empty.status().code();
      // The application's own refusals have a body: an empty 400 is the server's, of what it could
      // not decode.
      FullHttpResponse filled =
          body(
              empty.protocolVersion(),
              empty.status(),
              status == 400 ? Failures.NOT_HTTP : Failures.of(status));
      for (Map.Entry<String, String> header : empty.headers()) {
        if (!filled.headers().contains(header.getKey())) {
          filled.headers().add(header.getKey(), header.getValue());
        }
      }
      return filled;
    }

    private static FullHttpResponse body(
        HttpVersion version, HttpResponseStatus status, Failure failure) {
      ByteBuf body =
          Unpooled.copiedBuffer(
              Answers.error(failure, Map.of(), Stopwatch.start()).toString(),
              StandardCharsets.UTF_8);
      FullHttpResponse response = new DefaultFullHttpResponse(version, status, body);
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
          .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
      return response;
    }
  }
}
