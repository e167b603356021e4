package dev.meshd.control.noise;

/**
 * The other side did not speak the protocol, or somebody changed its bytes. The object that threw
 * it is dead: no later call on it succeeds, and the connection must be closed.
 */
public final class NoiseException extends Exception {
  /** A failure described by {@code message}, one sentence without secrets. */
  public NoiseException(String message) {
    super(message);
  }
}
