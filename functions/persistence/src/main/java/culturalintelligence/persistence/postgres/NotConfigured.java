package culturalintelligence.persistence.postgres;

/** A setting without which nothing can be done is missing; the operator must act. */
public final class NotConfigured extends RuntimeException {
  public NotConfigured(String setting) {
    super(setting + " is not set");
  }
}
