package culturalintelligence.domain.library;

/** The database cannot be reached, or does not answer in time. The message holds no address. */
public final class StoreUnavailableException extends RuntimeException {
  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
