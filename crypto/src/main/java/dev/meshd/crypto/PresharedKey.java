package dev.meshd.crypto;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The symmetric key that two WireGuard peers may mix into their handshake; all zero when they have
 * none.
 *
 * <p>Thread-safe; see {@link SecretBytes} for what {@link #close()} wipes and what it cannot.
 */
public final class PresharedKey implements AutoCloseable {
  private static final PresharedKey ZERO = of(new byte[KeyText.KEY_LENGTH]);

  private final SecretBytes secret;
  private final boolean zero;

  private PresharedKey(byte[] taken) {
    int bits = 0;
    for (byte b : taken) {
      bits |= b;
    }
    zero = bits == 0;
    secret = SecretBytes.taking(taken);
  }

  /** Copies exactly 32 bytes; the caller wipes the array. */
  public static PresharedKey of(byte[] key) {
    KeyText.checkLength(key.length);
    return new PresharedKey(key.clone());
  }

  /** Returns the all-zero key, which means "none". Closing it has no effect. */
  public static PresharedKey zero() {
    return ZERO;
  }

  public static PresharedKey generate() {
    return generate(SecureRandomSource.system());
  }

  public static PresharedKey generate(SecureRandomSource random) {
    byte[] key = new byte[KeyText.KEY_LENGTH];
    random.fill(key);
    return new PresharedKey(key);
  }

  /**
   * Reads the 44 characters that WireGuard tools use.
   *
   * @throws KeyFormatException if the length or a digit is wrong
   */
  public static PresharedKey parseBase64(String text) {
    return new PresharedKey(KeyText.parseBase64(text));
  }

  /** Returns the 44 characters that WireGuard tools use; a string cannot be wiped. */
  public String base64() {
    byte[] key = secret.bytes();
    try {
      return KeyText.base64(key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Returns a copy of the 32 bytes; the caller wipes it. */
  public byte[] bytes() {
    return secret.bytes();
  }

  public boolean isZero() {
    return zero;
  }

  /** Compares in constant time. */
  @Override
  public boolean equals(Object other) {
    if (!(other instanceof PresharedKey that)) {
      return false;
    }
    byte[] mine = secret.bytes();
    byte[] theirs = that.secret.bytes();
    try {
      return MessageDigest.isEqual(mine, theirs);
    } finally {
      Arrays.fill(mine, (byte) 0);
      Arrays.fill(theirs, (byte) 0);
    }
  }

  /** Taken from a hash of the key, so that it tells nothing about it. */
  @Override
  public int hashCode() {
    byte[] key = secret.bytes();
    try {
      return Arrays.hashCode(Blake2s.hash(key));
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Wipes the key. Every later use but {@link #isZero()} throws {@link IllegalStateException}. */
  @Override
  public void close() {
    if (!zero) {
      secret.close();
    }
  }

  @Override
  public String toString() {
    return zero ? "(no preshared key)" : "(preshared key)";
  }
}
