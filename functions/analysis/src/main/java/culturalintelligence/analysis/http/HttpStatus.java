package culturalintelligence.analysis.http;

import culturalintelligence.domain.failure.FailureCode;

/** Which status a failure has. */
final class HttpStatus {
  private HttpStatus() {}

  /**
   * What concerns one file is the business of the answer's body, and its status 200, unless the
   * request says {@code Prefer: status-codes}.
   */
  static int of(FailureCode code, boolean preferStatusCodes) {
    return switch (code) {
      case FILE_PATH_REQUIRED,
          PATH_REQUIRED,
          FILE_PATHS_REQUIRED,
          MALFORMED_JSON,
          MALFORMED_HASH,
          INVALID_PAGE,
          INVALID_CORRECTION,
          NOT_HTTP,
          BAD_REQUEST ->
          400;
      case FORBIDDEN -> 403;
      case ROUTE_NOT_FOUND -> 404;
      case METHOD_NOT_ALLOWED -> 405;
      case BATCH_TOO_LARGE, BODY_TOO_LARGE -> 413;
      case ADDRESS_TOO_LONG -> 414;
      case UNSUPPORTED_MEDIA_TYPE -> 415;
      case OVERLOADED -> 429;
      case HEADERS_TOO_LARGE -> 431;
      case INTERNAL_ERROR -> 500;
      case DATABASE_UNAVAILABLE -> 503;
      case FILE_NOT_FOUND, HASH_NOT_FOUND, TRACK_NOT_FOUND -> preferStatusCodes ? 404 : 200;
      case OUTSIDE_LIBRARY,
          PATH_TRAVERSAL,
          DEVICE_PATH,
          NETWORK_PATH,
          LINK_OUTSIDE_LIBRARY,
          FILE_NOT_READABLE,
          FILE_ARCHIVED,
          STORAGE_DENIED ->
          preferStatusCodes ? 403 : 200;
      case MALFORMED_PATH, PATH_TOO_LONG, IS_A_DIRECTORY, NOT_A_REGULAR_FILE, NOT_AUDIO ->
          preferStatusCodes ? 422 : 200;
      case FILE_TOO_LARGE -> preferStatusCodes ? 413 : 200;
      case NAME_NOT_ENCODABLE, BUCKET_NOT_FOUND -> preferStatusCodes ? 500 : 200;
      case FILE_CHANGING, READ_TIMEOUT, STORAGE_UNAVAILABLE -> preferStatusCodes ? 503 : 200;
    };
  }
}
