package culturalintelligence.analysis.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import culturalintelligence.analysis.AnalysisSettings;
import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.RequestLog;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What every request passes, whoever answers it: CORS, the caller's right to be here, the size of
 * what is sent, the request log; and the last resort that turns an empty or HTML error into the
 * contract's JSON.
 *
 * <p><b>Who may call.</b> With keys configured, whoever shows one. Without, only this machine: the
 * caller's address and the name it called us by must both be a loopback's, and no proxy's header
 * may say that somebody else is behind it. The name is looked at because any web page can have its
 * own name resolve to 127.0.0.1 and so talk to us through the user's browser.
 */
@ApplicationScoped
class Gate {
  private static final Logger LOG = Logger.getLogger(Gate.class);
  private static final int BEFORE_ALL = 10_000;
  private static final int AFTER_ALL = 1_000_000;

  /** How long a connection lives on behind an answer to a body that is not read. */
  private static final long LINGER_MILLIS = 1_000;

  private static final String API_KEY = "X-API-Key";
  private static final Set<String> HEALTH = Set.of("/api/v3.2/health", "/api/health");
  private static final Set<String> ROUTES =
      Set.of(
          "/api/v3.2/file/analyze",
          "/api/v3.2/file/path",
          "/api/v3.2/file/validate",
          "/api/v3.2/batch",
          "/api/v3.2/health",
          "/api/v3.2/stats",
          "/api/v3.2/duplicates",
          "/api/v3.2/related",
          "/api/track/analyze",
          "/api/track/batch",
          "/api/health",
          "/api/stats");
  private static final String BY_HASH = "/api/v3.2/file/hash/";

  private final AnalysisSettings settings;
  private final RequestJournal journal;
  private final List<byte[]> keys;
  private final List<String> origins;
  private final long maxBody;
  private final BodyHandler unannounced;

  Gate(AnalysisSettings settings, RequestJournal journal) {
    this.settings = settings;
    this.journal = journal;
    this.keys =
        settings.access().apiKeys().orElse(List.of()).stream()
            .filter(key -> !key.isBlank())
            .map(key -> key.strip().getBytes(StandardCharsets.UTF_8))
            .toList();
    this.origins = settings.access().corsOrigins().orElse(List.of());
    this.maxBody = settings.maxBodySize().asLongValue();
    this.unannounced = BodyHandler.create(false).setBodyLimit(maxBody);
  }

  void first(@Observes Filters filters) {
    filters.register(this::pass, BEFORE_ALL);
  }

  /** For what no route and no mapper answered. */
  void last(@Observes Router router) {
    // First of all in case of failure too: Quarkus's own handler would answer with nothing.
    router
        .route()
        .order(-2 * BEFORE_ALL)
        .failureHandler(
            context -> failed(context, context.statusCode() < 400 ? 500 : context.statusCode()));
    router.route().order(AFTER_ALL).handler(this::unanswered);
  }

  private void pass(RoutingContext context) {
    Logged.start(context);
    HttpServerRequest request = context.request();
    context.addEndHandler(_ -> log(context));
    cors(context);
    if (request.method().equals(HttpMethod.OPTIONS)) {
      preflight(context);
      return;
    }
    if (!mayCall(request)) {
      end(
          context,
          403,
          keys.isEmpty()
              ? new Failure(
                  FailureCode.FORBIDDEN,
                  "Without a configured API key only callers on this machine are served")
              : new Failure(
                  FailureCode.FORBIDDEN, "A valid API key is required in the header " + API_KEY));
      return;
    }
    Failure crooked = Address.fault(request.uri());
    if (crooked != null) {
      end(context, 400, crooked);
      return;
    }
    if (announcedLength(request) > maxBody) {
      tooLarge(context);
      return;
    }
    if (request.getHeader("Transfer-Encoding") != null) {
      // Nothing says how long it is: it is gathered here, as far as the limit, for whoever reads
      // it.
      unannounced.handle(context);
      return;
    }
    context.next();
  }

  private void tooLarge(RoutingContext context) {
    ObjectNode body =
        Answers.error(
            new Failure(
                FailureCode.BODY_TOO_LARGE, "The body is larger than " + maxBody + " bytes"),
            Map.of("max_body_bytes", maxBody),
            Logged.watch(context));
    context.response().putHeader("Connection", "close");
    end(context, 413, FailureCode.BODY_TOO_LARGE, body);
    // What is still on its way is nobody's. Not closed at once: a client that is still sending
    // would be reset, and might lose the answer.
    HttpConnection connection = context.request().connection();
    context.vertx().setTimer(LINGER_MILLIS, _ -> connection.close());
  }

  private static long announcedLength(HttpServerRequest request) {
    String announced = request.getHeader("Content-Length");
    try {
      return announced == null ? 0 : Long.parseLong(announced);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  private void cors(RoutingContext context) {
    String origin = context.request().getHeader("Origin");
    if (origin == null || origins.isEmpty()) {
      return;
    }
    HttpServerResponse response = context.response();
    if (origins.contains("*")) {
      response.putHeader("Access-Control-Allow-Origin", "*");
    } else {
      response.putHeader("Vary", "Origin");
      if (origins.contains(origin)) {
        response.putHeader("Access-Control-Allow-Origin", origin);
      }
    }
  }

  private void preflight(RoutingContext context) {
    HttpServerResponse response = context.response();
    if (response.headers().contains("Access-Control-Allow-Origin")) {
      response
          .putHeader("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
          .putHeader("Access-Control-Allow-Headers", "Content-Type, Prefer, " + API_KEY)
          .putHeader("Access-Control-Max-Age", "3600");
    }
    response
        .setStatusCode(200)
        .putHeader("Allow", "GET, POST, OPTIONS")
        .putHeader("Content-Type", "application/json")
        .end("{}");
  }

  private boolean mayCall(HttpServerRequest request) {
    if (settings.access().open() || HEALTH.contains(request.path())) {
      return true;
    }
    if (keys.isEmpty()) {
      return isLoopback(request);
    }
    String shown = request.getHeader(API_KEY);
    if (shown == null) {
      return false;
    }
    byte[] bytes = shown.getBytes(StandardCharsets.UTF_8);
    boolean right = false;
    for (byte[] key : keys) {
      right |= MessageDigest.isEqual(key, bytes);
    }
    return right;
  }

  private static boolean isLoopback(HttpServerRequest request) {
    SocketAddress address = request.remoteAddress();
    String host = address == null ? null : address.hostAddress();
    return host != null
        && isLoopbackName(host)
        && request.authority() != null
        && isLoopbackName(request.authority().host())
        && request.getHeader("X-Forwarded-For") == null
        && request.getHeader("Forwarded") == null;
  }

  private static boolean isLoopbackName(@Nullable String host) {
    return host != null
        && (host.equalsIgnoreCase("localhost")
            || host.matches("127(\\.\\d{1,3}){3}")
            || host.matches("\\[?(::1|0:0:0:0:0:0:0:1)(%[^]]*)?]?"));
  }

  private void unanswered(RoutingContext context) {
    end(context, 404, new Failure(FailureCode.ROUTE_NOT_FOUND, "There is no such route"));
  }

  private void failed(RoutingContext context, int status) {
    Throwable cause = context.failure();
    if (status >= 500 && cause != null) {
      // Who went away, or sent chunks that are none, has no answer to wait for and is no fault
      // here.
      LOG.log(
          context.response().closed() ? Logger.Level.DEBUG : Logger.Level.ERROR,
          "a request failed",
          cause);
    }
    end(context, status, Failures.of(status));
  }

  private static void end(RoutingContext context, int status, Failure failure) {
    end(context, status, failure.code(), Answers.error(failure, Map.of(), Logged.watch(context)));
  }

  private static void end(RoutingContext context, int status, FailureCode code, ObjectNode body) {
    Logged.failure(context, code);
    HttpServerResponse response = context.response();
    if (!response.ended() && !response.headWritten()) {
      if (!context.request().isEnded()) {
        // A body nobody reads would keep the connection's next request waiting.
        context.request().resume();
      }
      response
          .setStatusCode(status)
          .putHeader("Content-Type", "application/json")
          .end(body.toString());
    }
  }

  private void log(RoutingContext context) {
    Logged.Note note = Logged.note(context);
    int status = context.response().getStatusCode();
    journal.add(
        new RequestLog.Entry(
            Instant.now(),
            context.request().method().name().length() > 10
                ? "other"
                : context.request().method().name() + " " + route(context.request().path()),
            status,
            status >= 400 ? RequestLog.Outcome.ERROR : note.outcome(),
            note.code(),
            Logged.watch(context).micros(),
            note.items()));
  }

  /** Never what a caller wrote: the log's sums have one row a day for each of these. */
  private static String route(@Nullable String path) {
    if (path == null) {
      return "other";
    }
    if (path.startsWith(BY_HASH)) {
      return BY_HASH + "{hash}";
    }
    return ROUTES.contains(path) ? path : "other";
  }
}
