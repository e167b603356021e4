package dev.meshd.crypto;

import java.util.Arrays;

/**
 * The private half of a machine key: the static key of the control connection. It never leaves the
 * device and outlives logins.
 *
 * <p>Comparing private keys is never needed: compare public ones. Thread-safe; see {@link
 * SecretBytes} for what {@link #close()} wipes and what it cannot.
 */
public final class MachinePrivateKey implements AutoCloseable {
  private static final String PREFIX = "privkey:";

  private final SecretBytes secret;
  private final MachineKey publicKey;

  private MachinePrivateKey(byte[] clamped) {
    publicKey = MachineKey.of(X25519.publicKey(clamped));
    secret = SecretBytes.taking(clamped);
  }

  public static MachinePrivateKey generate() {
    return generate(SecureRandomSource.system());
  }

  public static MachinePrivateKey generate(SecureRandomSource random) {
    byte[] key = new byte[X25519.LENGTH];
    random.fill(key);
    try {
      return of(key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Copies and clamps exactly 32 bytes; the caller wipes the array. */
  public static MachinePrivateKey of(byte[] key) {
    return new MachinePrivateKey(X25519.clamped(key));
  }

  /**
   * Reads {@code "privkey:"} and 64 hexadecimal digits.
   *
   * @throws KeyFormatException if the prefix, the length or a digit is wrong
   */
  public static MachinePrivateKey parse(String text) {
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

  public MachineKey publicKey() {
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
      return X25519.agree(key, peerPublic);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * Returns the shared secret with a peer; the caller wipes it.
   *
   * @throws WeakKeyException if the result is all zero
   */
  public byte[] agree(MachineKey peer) {
    return agree(peer.bytes());
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
