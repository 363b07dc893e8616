package culturalintelligence.analysis.http;

import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;

/** What HTTP itself refuses, in the contract's words. */
final class Failures {
  /** Of bytes in which no request can be found. */
  static final Failure NOT_HTTP =
      new Failure(
          FailureCode.NOT_HTTP,
          "What was sent is no HTTP/1.1 request: its first line, a header, a length or a chunk is"
              + " malformed");

  private Failures() {}

  static Failure of(int status) {
    return switch (status) {
      case 403 -> new Failure(FailureCode.FORBIDDEN, "The request is not allowed");
      case 404 -> new Failure(FailureCode.ROUTE_NOT_FOUND, "There is no such route");
      case 405 ->
          new Failure(FailureCode.METHOD_NOT_ALLOWED, "The route exists, but not for this method");
      case 413 -> new Failure(FailureCode.BODY_TOO_LARGE, "The body is too large");
      case 414 ->
          new Failure(
              FailureCode.ADDRESS_TOO_LONG,
              "The address is longer than is served; send the path in the body of POST"
                  + " /api/v3.2/file/analyze");
      case 431 ->
          new Failure(
              FailureCode.HEADERS_TOO_LARGE,
              "The headers are longer than is served; send fewer or shorter ones");
      case 415 ->
          new Failure(
              FailureCode.UNSUPPORTED_MEDIA_TYPE, "The body must be sent as application/json");
      case 429 -> new Failure(FailureCode.OVERLOADED, "Too much is asked at once");
      case 503 -> new Failure(FailureCode.DATABASE_UNAVAILABLE, "The database is unavailable");
      default ->
          status >= 500
              ? new Failure(FailureCode.INTERNAL_ERROR, "The service failed; its log says why")
              : new Failure(FailureCode.BAD_REQUEST, "The request could not be understood");
    };
  }
}
