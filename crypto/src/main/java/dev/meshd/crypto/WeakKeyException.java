package dev.meshd.crypto;

/**
 * A key agreement gave the all-zero value: the peer's public key is one of the few points of small
 * order. Whoever receives it must abort, because anybody can compute what would be derived from it
 * (RFC 7748, section 6.1).
 */
public final class WeakKeyException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public WeakKeyException() {
    super("X25519 agreement with a public key of small order", null, false, false);
  }
}
