package dev.meshd.crypto;

import java.util.Arrays;

/**
 * Diffie-Hellman on Curve25519 (RFC 7748), over raw 32-byte arrays.
 *
 * <p>Private keys are clamped on use; public keys that are not reduced or whose top bit is set are
 * accepted as the RFC asks. The arithmetic is Bouncy Castle's, whose running time does not depend
 * on the private key. Copies of the private key live in that library's stack arrays until they are
 * overwritten by later calls. Stateless, thread-safe.
 */
public final class X25519 {
  /** Length of private keys, public keys and shared secrets in bytes. */
  public static final int LENGTH = 32;

  private X25519() {}

  /**
   * Returns the shared secret; the caller wipes it.
   *
   * @throws WeakKeyException if the result is all zero
   */
  public static byte[] agree(byte[] privateKey, byte[] publicKey) {
    KeyText.checkLength(privateKey.length);
    KeyText.checkLength(publicKey.length);
    byte[] shared = new byte[LENGTH];
    if (!org.bouncycastle.math.ec.rfc7748.X25519.calculateAgreement(
        privateKey, 0, publicKey, 0, shared, 0)) {
      throw new WeakKeyException();
    }
    return shared;
  }

  /** Returns the public key that belongs to a private key. */
  public static byte[] publicKey(byte[] privateKey) {
    KeyText.checkLength(privateKey.length);
    byte[] publicKey = new byte[LENGTH];
    org.bouncycastle.math.ec.rfc7748.X25519.generatePublicKey(privateKey, 0, publicKey, 0);
    return publicKey;
  }

  /**
   * Returns a clamped copy: a multiple of eight with bit 254 set, as RFC 7748 section 5 decodes
   * scalars.
   */
  static byte[] clamped(byte[] privateKey) {
    KeyText.checkLength(privateKey.length);
    byte[] clamped = Arrays.copyOf(privateKey, LENGTH);
    clamped[0] &= (byte) 248;
    clamped[31] &= 127;
    clamped[31] |= 64;
    return clamped;
  }
}
