package culturalintelligence.persistence.observability;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * One piece of work: what each of its log lines carries ({@code request_id}, {@code chunk}, {@code
 * trace_id}, {@code cold_start}), and its place in the trace it belongs to. Without an
 * OpenTelemetry SDK in the build nothing is recorded, but a caller's trace is passed on all the
 * same.
 */
public final class LogContext implements AutoCloseable {
  private static final String TRACEPARENT = "traceparent";
  private static final AtomicBoolean COLD = new AtomicBoolean(true);

  private static final TextMapGetter<Map<String, String>> HEADERS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> carrier) {
          return carrier.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
          return carrier == null ? null : carrier.get(key);
        }
      };

  private final List<String> keys = new ArrayList<>();
  private final Span span;
  private final Scope scope;

  private LogContext(Span span, Scope scope) {
    this.span = span;
    this.scope = scope;
  }

  /** Whether this is the first work of this process; true once. */
  public static boolean coldStart() {
    return COLD.compareAndSet(true, false);
  }

  /**
   * Work that a message asks for.
   *
   * @param name of the work, for the trace
   * @param traceparent as W3C Trace Context says it, of the caller; null when none came
   */
  public static LogContext of(String name, String requestId, @Nullable String traceparent) {
    Context parent =
        traceparent == null
            ? Context.root()
            : W3CTraceContextPropagator.getInstance()
                .extract(Context.root(), Map.of(TRACEPARENT, traceparent), HEADERS);
    Span span =
        GlobalOpenTelemetry.getTracer("cultural-intelligence")
            .spanBuilder(name)
            .setParent(parent)
            .setSpanKind(SpanKind.CONSUMER)
            .startSpan();
    @SuppressWarnings("MustBeClosedChecker") // the context closes it
    Scope scope = parent.with(span).makeCurrent();
    LogContext context = new LogContext(span, scope);
    context.put("request_id", requestId);
    context.put("cold_start", Boolean.toString(coldStart()));
    if (span.getSpanContext().isValid()) {
      context.put("trace_id", span.getSpanContext().getTraceId());
    }
    return context;
  }

  /** The trace of the work under way, to be sent with what it asks others for. */
  public static Optional<String> traceparent() {
    Map<String, String> carrier = new HashMap<>();
    W3CTraceContextPropagator.getInstance()
        .inject(
            Context.current(),
            carrier,
            (map, key, value) -> {
              if (map != null) {
                map.put(key, value);
              }
            });
    return Optional.ofNullable(carrier.get(TRACEPARENT));
  }

  /** More of what its log lines carry. */
  public void put(String key, String value) {
    MDC.put(key, value);
    keys.add(key);
    span.setAttribute(key, value);
  }

  @Override
  public void close() {
    keys.forEach(MDC::remove);
    scope.close();
    span.end();
  }
}
