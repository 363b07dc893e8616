package culturalintelligence.persistence.observability;

import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/** By what name a request is found again in the logs: the caller's, or else one of ours. */
public final class RequestId {
  /** Both ways: what a caller sends, and what we answer with. */
  public static final String HEADER = "X-Request-Id";

  private static final String OF_API_GATEWAY = "X-Amzn-Trace-Id";
  private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9=;:._-]{1,128}");

  private RequestId() {}

  /**
   * Puts the request's name, and whether it is the first of this process, on each of its log lines.
   *
   * @param header gives a request header, null where there is none
   */
  public static String begin(Function<String, @Nullable String> header) {
    String id = harmless(header.apply(HEADER));
    if (id == null) {
      id = harmless(header.apply(OF_API_GATEWAY));
    }
    if (id == null) {
      id = UUID.randomUUID().toString();
    }
    MDC.put("request_id", id);
    MDC.put("cold_start", Boolean.toString(LogContext.coldStart()));
    return id;
  }

  /** What could break a log line, or fill it, is no name. */
  private static @Nullable String harmless(@Nullable String id) {
    return id != null && HARMLESS.matcher(id).matches() ? id : null;
  }
}
