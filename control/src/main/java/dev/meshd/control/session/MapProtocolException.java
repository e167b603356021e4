package dev.meshd.control.session;

/** A map stream broke the rules; the stream must be closed and a new session begun. */
public final class MapProtocolException extends Exception {
  private static final long serialVersionUID = 1;

  /** A breach described by {@code message}. */
  public MapProtocolException(String message) {
    super(message);
  }
}
