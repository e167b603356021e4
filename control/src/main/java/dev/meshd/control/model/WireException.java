package dev.meshd.control.model;

/**
 * A message that is not what the protocol says. Carries one sentence and, where it came from JSON,
 * the place.
 */
public final class WireException extends Exception {
  /** A decode failure described by {@code message}. */
  public WireException(String message) {
    super(message);
  }

  /** A decode failure described by {@code message}, with the parser's own account as the cause. */
  public WireException(String message, Throwable cause) {
    super(message, cause);
  }
}
