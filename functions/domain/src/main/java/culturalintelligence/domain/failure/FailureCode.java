package culturalintelligence.domain.failure;

/**
 * The stable codes of what can go wrong with a request. Clients and alarms compare the names: one
 * may be added, none renamed.
 */
public enum FailureCode {
  /** No {@code file_path}, or one that is no text. */
  FILE_PATH_REQUIRED(Actor.CALLER),
  /** No {@code path} in the query. */
  PATH_REQUIRED(Actor.CALLER),
  /** No {@code file_paths}, or one that is no list, or an empty one. */
  FILE_PATHS_REQUIRED(Actor.CALLER),
  /** The body is no JSON. */
  MALFORMED_JSON(Actor.CALLER),
  /** Not 64 hexadecimal digits. */
  MALFORMED_HASH(Actor.CALLER),
  /** A parameter of a listing that is no number, or out of its range. */
  INVALID_PAGE(Actor.CALLER),
  /** A correction that names an unknown field, or gives a value no such field can have. */
  INVALID_CORRECTION(Actor.CALLER),
  /** More paths in one batch than the cap. */
  BATCH_TOO_LARGE(Actor.CALLER),
  /** A body over the limit. */
  BODY_TOO_LARGE(Actor.CALLER),
  /** A body that is not said to be JSON. */
  UNSUPPORTED_MEDIA_TYPE(Actor.CALLER),
  /** A route that exists, for another method. */
  METHOD_NOT_ALLOWED(Actor.CALLER),
  /** No such route. */
  ROUTE_NOT_FOUND(Actor.CALLER),
  /** Bytes that are no HTTP request: no request line, headers or chunks that are none. */
  NOT_HTTP(Actor.CALLER),
  /** A request line longer than is served. */
  ADDRESS_TOO_LONG(Actor.CALLER),
  /** More header bytes than are served. */
  HEADERS_TOO_LARGE(Actor.CALLER),
  /** Any other request that HTTP itself refuses. */
  BAD_REQUEST(Actor.CALLER),
  /** No API key, or a wrong one, or a caller from another machine while none is configured. */
  FORBIDDEN(Actor.CALLER),

  /** Inside the library, but not there. */
  FILE_NOT_FOUND(Actor.CALLER),
  /** No file of this hash was ever analysed. */
  HASH_NOT_FOUND(Actor.CALLER),
  /** No track of this path was ever analysed or migrated. */
  TRACK_NOT_FOUND(Actor.CALLER),
  /** Under none of the configured library roots. */
  OUTSIDE_LIBRARY(Actor.CALLER),
  /** A path with {@code ..} in it. */
  PATH_TRAVERSAL(Actor.CALLER),
  /** {@code \\?\} and {@code \\.\}: names that go round the file system's own rules. */
  DEVICE_PATH(Actor.CALLER),
  /** {@code \\server\share}: no library root may be reached this way. */
  NETWORK_PATH(Actor.CALLER),
  /** A NUL, half a surrogate pair, or a colon where Windows has none. */
  MALFORMED_PATH(Actor.CALLER),
  /** A path or one of its names is longer than any file system allows. */
  PATH_TOO_LONG(Actor.CALLER),
  /** A folder. */
  IS_A_DIRECTORY(Actor.CALLER),
  /** A device, a pipe, a socket. */
  NOT_A_REGULAR_FILE(Actor.CALLER),
  /** A symbolic link that leads out of its library root. */
  LINK_OUTSIDE_LIBRARY(Actor.CALLER),
  /** The bytes are no audio. */
  NOT_AUDIO(Actor.CALLER),
  /** Larger than the configured limit. */
  FILE_TOO_LARGE(Actor.CALLER),

  /** The file is there, but the system may not read it, or the disk fails. */
  FILE_NOT_READABLE(Actor.OPERATOR),
  /**
   * The bucket refuses us the object: rights, or keys. Some say so of an object that is not there.
   */
  STORAGE_DENIED(Actor.OPERATOR),
  /** A library root's bucket does not exist. */
  BUCKET_NOT_FOUND(Actor.OPERATOR),
  /** The object lies in an archive and must be restored before anybody can read it. */
  FILE_ARCHIVED(Actor.OPERATOR),
  /** A name this process cannot hand to its own operating system: run it under a UTF-8 locale. */
  NAME_NOT_ENCODABLE(Actor.OPERATOR),
  /** Our own fault. */
  INTERNAL_ERROR(Actor.OPERATOR),

  /** The file was being written while it was read. */
  FILE_CHANGING(Actor.WAIT),
  /** The reading took longer than allowed. */
  READ_TIMEOUT(Actor.WAIT),
  /** The bucket or the share does not answer, or too slowly, or with a fault of its own. */
  STORAGE_UNAVAILABLE(Actor.WAIT),
  /** The database cannot be reached. */
  DATABASE_UNAVAILABLE(Actor.WAIT),
  /** More files are waiting to be read than may wait. */
  OVERLOADED(Actor.WAIT);

  private final Actor actor;

  FailureCode(Actor actor) {
    this.actor = actor;
  }

  public Actor actor() {
    return actor;
  }
}
