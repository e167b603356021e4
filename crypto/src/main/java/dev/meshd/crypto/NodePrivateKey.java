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

  private final KeyAgreement agreement;
  private final SecretBytes secret;
  private final NodeKey publicKey;

  private NodePrivateKey(byte[] clamped, KeyAgreement agreement) {
    this.agreement = agreement;
    publicKey = NodeKey.of(agreement.publicKey(clamped));
    secret = SecretBytes.taking(clamped);
  }

  public static NodePrivateKey generate() {
    return generate(SecureRandomSource.system());
  }

  public static NodePrivateKey generate(SecureRandomSource random) {
    return generate(random, KeyAgreement.X25519);
  }

  /** A key to be used with another function than X25519, by simulations alone. */
  public static NodePrivateKey generate(SecureRandomSource random, KeyAgreement agreement) {
    byte[] key = new byte[X25519.LENGTH];
    random.fill(key);
    try {
      return of(key, agreement);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Copies and clamps exactly 32 bytes; the caller wipes the array. */
  public static NodePrivateKey of(byte[] key) {
    return of(key, KeyAgreement.X25519);
  }

  /** As {@link #of(byte[])}, for simulations with another function than X25519. */
  public static NodePrivateKey of(byte[] key, KeyAgreement agreement) {
    return new NodePrivateKey(X25519.clamped(key), agreement);
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

  /** A new key that agrees with the keys this one agrees with: a handshake's ephemeral key. */
  public NodePrivateKey freshlyGenerated(SecureRandomSource random) {
    return generate(random, agreement);
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
