package dev.meshd.crypto;

import java.util.Arrays;

/**
 * The private half of a node key: the WireGuard private key, which also logs the node in at relays.
 * Replaced at key rotation.
 *
 * <p>Comparing private keys is never needed: compare public ones. Thread-safe; see {@link
 * SecretBytes} for what {@link #close()} wipes and what it cannot.
 */
public final class NodePrivateKey implements AutoCloseable {
  private static final String PREFIX = "privkey:";

  private final SecretBytes secret;
  private final NodeKey publicKey;

  private NodePrivateKey(byte[] clamped) {
    publicKey = NodeKey.of(X25519.publicKey(clamped));
    secret = SecretBytes.taking(clamped);
  }

  public static NodePrivateKey generate() {
    return generate(SecureRandomSource.system());
  }

  public static NodePrivateKey generate(SecureRandomSource random) {
    byte[] key = new byte[X25519.LENGTH];
    random.fill(key);
    try {
      return of(key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Copies and clamps exactly 32 bytes; the caller wipes the array. */
  public static NodePrivateKey of(byte[] key) {
    return new NodePrivateKey(X25519.clamped(key));
  }

  /**
   * Reads {@code "privkey:"} and 64 hexadecimal digits.
   *
   * @throws KeyFormatException if the prefix, the length or a digit is wrong
   */
  public static NodePrivateKey parse(String text) {
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

  /** Returns the 44 characters that WireGuard tools use; a string cannot be wiped. */
  public String base64() {
    byte[] key = secret.bytes();
    try {
      return KeyText.base64(key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * Reads the 44 characters that WireGuard tools use.
   *
   * @throws KeyFormatException if the length or a digit is wrong
   */
  public static NodePrivateKey parseBase64(String text) {
    byte[] key = KeyText.parseBase64(text);
    try {
      return of(key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  public NodeKey publicKey() {
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
  public byte[] agree(NodeKey peer) {
    return agree(peer.bytes());
  }

  /**
   * Precomputes the NaCl box with a peer.
   *
   * @throws WeakKeyException if the peer's key is of small order
   */
  public NaclBox.SharedKey box(NodeKey peer) {
    byte[] key = secret.bytes();
    try {
      return NaclBox.precompute(key, peer.bytes());
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
