package culturalintelligence.analysis.http;

import culturalintelligence.analysis.Outcome;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.RequestLog;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request carries with it for the request log, from the gate to its end. */
final class Logged {
  private static final String WATCH = "cultural-intelligence.watch";
  private static final String NOTE = "cultural-intelligence.note";

  private Logged() {}

  /** How a request ended, as far as is known. */
  record Note(RequestLog.Outcome outcome, @Nullable String code, int items) {
    static final Note NONE = new Note(RequestLog.Outcome.OTHER, null, 0);
  }

  static void start(RoutingContext context) {
    context.put(WATCH, Stopwatch.start());
  }

  static Stopwatch watch(@Nullable RoutingContext context) {
    Stopwatch watch = context == null ? null : context.get(WATCH);
    return watch == null ? Stopwatch.start() : watch;
  }

  static Note note(RoutingContext context) {
    Note note = context.get(NOTE);
    return note == null ? Note.NONE : note;
  }

  static void outcome(@Nullable RoutingContext context, Outcome outcome) {
    switch (outcome) {
      case Outcome.Answered answered -> as(context, kind(answered), 1);
      case Outcome.Failed failed -> failure(context, failed.failure().code());
    }
  }

  /**
   * A batch is an analysis if one of its files was read, and an error only if all of them failed.
   */
  static void outcomes(@Nullable RoutingContext context, List<Outcome> outcomes) {
    boolean read = false;
    boolean answered = false;
    for (Outcome outcome : outcomes) {
      if (outcome instanceof Outcome.Answered one) {
        answered = true;
        read |= one.source() == Outcome.Source.REALTIME_ANALYSIS;
      }
    }
    RequestLog.Outcome kind =
        read
            ? RequestLog.Outcome.ANALYSED
            : answered ? RequestLog.Outcome.CACHED : RequestLog.Outcome.ERROR;
    as(context, kind, outcomes.size());
  }

  private static RequestLog.Outcome kind(Outcome.Answered answered) {
    return switch (answered.source()) {
      case REALTIME_ANALYSIS -> RequestLog.Outcome.ANALYSED;
      case CACHED, METACRATE -> RequestLog.Outcome.CACHED;
    };
  }

  static void failure(@Nullable RoutingContext context, FailureCode code) {
    if (context != null) {
      context.put(NOTE, new Note(RequestLog.Outcome.ERROR, code.name(), 1));
    }
  }

  static void as(@Nullable RoutingContext context, RequestLog.Outcome outcome, int items) {
    if (context != null) {
      context.put(NOTE, new Note(outcome, null, items));
    }
  }
}
