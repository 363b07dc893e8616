package culturalintelligence.domain.failure;

/** Who can put a failure right. */
public enum Actor {
  /** Whoever sent the request: the same request fails again. */
  CALLER,
  /** Whoever runs the system: rights, configuration, a mount that is gone. */
  OPERATOR,
  /** Nobody: the same request may well succeed a moment later. */
  WAIT
}
