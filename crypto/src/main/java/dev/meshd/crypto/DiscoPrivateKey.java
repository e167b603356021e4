package dev.meshd.crypto;

import java.util.Arrays;

/**
 * The private half of a disco key: seals path discovery messages. Made at start and kept in memory
 * only.
 *
 * <p>Comparing private keys is never needed: compare public ones. Thread-safe; see {@link
 * SecretBytes} for what {@link #close()} wipes and what it cannot.
 */
public final class DiscoPrivateKey implements AutoCloseable {
  private static final String PREFIX = "privkey:";

  private final KeyAgreement agreement;
  private final SecretBytes secret;
  private final DiscoKey publicKey;

  private DiscoPrivateKey(byte[] clamped, KeyAgreement agreement) {
    this.agreement = agreement;
    publicKey = DiscoKey.of(agreement.publicKey(clamped));
    secret = SecretBytes.taking(clamped);
  }

  public static DiscoPrivateKey generate() {
    return generate(SecureRandomSource.system());
  }

  public static DiscoPrivateKey generate(SecureRandomSource random) {
    return generate(random, KeyAgreement.X25519);
  }

  /** A key to be used with another function than X25519, by simulations alone. */
  public static DiscoPrivateKey generate(SecureRandomSource random, KeyAgreement agreement) {
    byte[] key = new byte[X25519.LENGTH];
    random.fill(key);
    try {
      return of(key, agreement);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Copies and clamps exactly 32 bytes; the caller wipes the array. */
  public static DiscoPrivateKey of(byte[] key) {
    return of(key, KeyAgreement.X25519);
  }

  /** As {@link #of(byte[])}, for simulations with another function than X25519. */
  public static DiscoPrivateKey of(byte[] key, KeyAgreement agreement) {
    return new DiscoPrivateKey(X25519.clamped(key), agreement);
  }

  /**
   * Reads {@code "privkey:"} and 64 hexadecimal digits.
   *
   * @throws KeyFormatException if the prefix, the length or a digit is wrong
   */
  public static DiscoPrivateKey parse(String text) {
    byte[] key = KeyText.parseHex(PREFIX, text);
    try {
      return of(key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Returns the text form, for the state file only: a string cannot be wiped. */
  public String text() {
    byte[] key = secret.bytes();
    try {
      return KeyText.hex(PREFIX, key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  public DiscoKey publicKey() {
    return publicKey;
  }

  /** Returns a copy of the clamped key; the caller wipes it. */
  public byte[] bytes() {
    return secret.bytes();
  }

  /**
   * Returns the shared secret with a peer; the caller wipes it.
   *
   * @throws WeakKeyException if the result is all zero
   */
  public byte[] agree(byte[] peerPublic) {
    byte[] key = secret.bytes();
    try {
      return agreement.agree(key, peerPublic);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * Returns the shared secret with a peer; the caller wipes it.
   *
   * @throws WeakKeyException if the result is all zero
   */
  public byte[] agree(DiscoKey peer) {
    return agree(peer.bytes());
  }

  /**
   * Precomputes the NaCl box with a peer.
   *
   * @throws WeakKeyException if the peer's key is of small order
   */
  public NaclBox.SharedKey box(DiscoKey peer) {
    byte[] key = secret.bytes();
    try {
      return NaclBox.precompute(agreement, key, peer.bytes());
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * Wipes the key. Every later use but {@link #publicKey()} throws {@link IllegalStateException}.
   */
  @Override
  public void close() {
    secret.close();
  }

  /** Names the public half only. */
  @Override
  public String toString() {
    return "private key of " + publicKey.shortText();
  }
}
