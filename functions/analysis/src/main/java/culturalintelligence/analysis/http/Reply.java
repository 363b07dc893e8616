package culturalintelligence.analysis.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import culturalintelligence.analysis.AnalysisSettings;
import culturalintelligence.analysis.Outcome;
import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.RequestLog;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From outcomes to HTTP responses: status, body, and what the request log will say. */
@ApplicationScoped
class Reply {
  private final AnalysisSettings settings;
  private final CurrentVertxRequest current;

  Reply(AnalysisSettings settings, CurrentVertxRequest current) {
    this.settings = settings;
    this.current = current;
  }

  /** One file's answer. */
  Response outcome(Outcome outcome) {
    Logged.outcome(context(), outcome);
    Answers.Style style = style();
    int status =
        switch (outcome) {
          case Outcome.Answered _ -> 200;
          case Outcome.Failed failed ->
              HttpStatus.of(failed.failure().code(), prefersStatusCodes());
        };
    return json(status, Answers.of(outcome, style, watch()));
  }

  /** Whether this client knows {@code duplicate_skip}, as configured. */
  Answers.Style style() {
    RoutingContext context = context();
    boolean secondClient = context != null && context.normalizedPath().startsWith("/api/track/");
    return new Answers.Style(
        secondClient ? settings.duplicateSkip().track() : settings.duplicateSkip().v32());
  }

  Response json(int status, ObjectNode body) {
    return build(status, body);
  }

  Response refused(Refusal refusal) {
    Logged.failure(context(), refusal.failure().code());
    return build(
        HttpStatus.of(refusal.failure().code(), true),
        Answers.error(refusal.failure(), refusal.more(), watch()));
  }

  Response failed(FailureCode code, String sentence) {
    return failed(HttpStatus.of(code, true), code, sentence);
  }

  Response failed(int status, FailureCode code, String sentence) {
    Logged.failure(context(), code);
    return build(status, Answers.error(new Failure(code, sentence), Map.of(), watch()));
  }

  private Response build(int status, ObjectNode body) {
    Response.ResponseBuilder response =
        Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(body);
    if (status == 429 || status == 503) {
      response.header("Retry-After", "5");
    }
    if (prefersStatusCodes()) {
      response.header("Preference-Applied", "status-codes");
    }
    return response.build();
  }

  private boolean prefersStatusCodes() {
    RoutingContext context = context();
    return context != null
        && context.request().headers().getAll("Prefer").stream()
            .flatMap(value -> java.util.Arrays.stream(value.split("[,;]")))
            .anyMatch(preference -> preference.strip().equalsIgnoreCase("status-codes"));
  }

  Stopwatch watch() {
    return Logged.watch(context());
  }

  void cached() {
    Logged.as(context(), RequestLog.Outcome.OTHER, 0);
  }

  @Nullable RoutingContext context() {
    return current.getCurrent();
  }
}
