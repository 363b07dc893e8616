package culturalintelligence.analysis.http;

import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;

/** What HTTP itself refuses, in the contract's words. */
final class Failures {
  private Failures() {}

  static Failure of(int status) {
    return switch (status) {
      case 403 -> new Failure(FailureCode.FORBIDDEN, "The request is not allowed");
      case 404 -> new Failure(FailureCode.ROUTE_NOT_FOUND, "There is no such route");
      case 405 ->
          new Failure(FailureCode.METHOD_NOT_ALLOWED, "The route exists, but not for this method");
      case 413 -> new Failure(FailureCode.BODY_TOO_LARGE, "The body is too large");
      case 414 -> new Failure(FailureCode.BAD_REQUEST, "The address is longer than is served");
      case 431 -> new Failure(FailureCode.BAD_REQUEST, "The headers are longer than is served");
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
