package culturalintelligence.testkit.lambda;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * AWS Lambda's runtime API of 2018-06-01, for one function in one sandbox: it asks for the next
 * call, and answers it or says that it failed.
 */
public final class RuntimeApi implements AutoCloseable {
  private static final String ROOT = "/2018-06-01/runtime/";

  /** How a call ended. */
  public sealed interface Outcome {
    /** The function's answer. */
    record Answered(String body, Duration took) implements Outcome {}

    /** The function said that it failed: AWS gives the caller, or the queue, this. */
    record Failed(String error, Duration took) implements Outcome {}

    /** Nothing came in time. AWS would stop the sandbox. */
    record TimedOut() implements Outcome {}
  }

  private record Call(
      String id,
      String event,
      long begun,
      long deadline,
      String trace,
      CompletableFuture<Outcome> outcome) {}

  private final HttpServer server;
  private final BlockingQueue<Call> waiting = new LinkedBlockingQueue<>();
  private final Map<String, Call> running = new ConcurrentHashMap<>();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final AtomicReference<@Nullable String> initError = new AtomicReference<>();
  private volatile boolean closed;

  private RuntimeApi(HttpServer server) {
    this.server = server;
  }

  public static RuntimeApi start() {
    // Headers and body go in two packets: without this the second waits 40 ms for the first one's
    // receipt.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      RuntimeApi api = new RuntimeApi(server);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext(ROOT, api::handle);
      server.start();
      return api;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@code AWS_LAMBDA_RUNTIME_API} holds. */
  public String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Waits until the function has started and asks for work. */
  public boolean awaitReady(Duration most) {
    try {
      return asked.await(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What the function said when it could not start; null when it said nothing. */
  public @Nullable String initError() {
    return initError.get();
  }

  /** Calls the function, and gives it as long as AWS would. */
  public Outcome call(String event, Duration timeout) {
    return call(event, timeout, "Root=1-00000000-000000000000000000000000;Sampled=0");
  }

  /**
   * The same within somebody's trace.
   *
   * @param trace what {@code Lambda-Runtime-Trace-Id} says
   */
  public Outcome call(String event, Duration timeout, String trace) {
    long now = System.nanoTime();
    Call call =
        new Call(
            UUID.randomUUID().toString(),
            event,
            now,
            System.currentTimeMillis() + timeout.toMillis(),
            trace,
            new CompletableFuture<>());
    waiting.add(call);
    try {
      return call.outcome.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      waiting.remove(call);
      running.remove(call.id);
      return new Outcome.TimedOut();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome.TimedOut();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath().substring(ROOT.length());
      if (path.equals("invocation/next")) {
        next(exchange);
        return;
      }
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (path.equals("init/error")) {
        initError.set(body);
        reply(exchange, 202);
        return;
      }
      String[] parts = path.split("/", -1);
      Call call = parts.length == 3 ? running.remove(parts[1]) : null;
      if (call == null) {
        // As AWS says it of a call that has timed out.
        reply(exchange, 400);
        return;
      }
      Duration took = Duration.ofNanos(System.nanoTime() - call.begun);
      call.outcome.complete(
          parts[2].equals("response")
              ? new Outcome.Answered(body, took)
              : new Outcome.Failed(body, took));
      reply(exchange, 202);
    }
  }

  private void next(HttpExchange exchange) throws IOException {
    asked.countDown();
    Call call = null;
    try {
      while (call == null && !closed) {
        call = waiting.poll(100, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (call == null) {
      return;
    }
    running.put(call.id, call);
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", "application/json");
    headers.set("Lambda-Runtime-Aws-Request-Id", call.id);
    headers.set("Lambda-Runtime-Deadline-Ms", Long.toString(call.deadline));
    headers.set(
        "Lambda-Runtime-Invoked-Function-Arn",
        "arn:aws:lambda:eu-west-1:123456789012:function:test");
    headers.set("Lambda-Runtime-Trace-Id", call.trace);
    byte[] event = call.event.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, event.length);
    exchange.getResponseBody().write(event);
  }

  private static void reply(HttpExchange exchange, int status) throws IOException {
    byte[] body = "{\"status\":\"OK\"}".getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    closed = true;
    server.stop(0);
  }
}
