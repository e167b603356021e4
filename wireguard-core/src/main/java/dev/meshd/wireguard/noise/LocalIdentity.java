package dev.meshd.wireguard.noise;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;

/**
 * Our static key pair, with what handshakes need of it precomputed. Closing it wipes the private
 * key. Owned by the engine loop.
 */
public final class LocalIdentity implements AutoCloseable {
  private final NodePrivateKey privateKey;
  private final NodeKey publicKey;
  private final byte[] publicBytes;

  /** Takes the private key over. */
  public LocalIdentity(NodePrivateKey privateKey) {
    this.privateKey = privateKey;
    this.publicKey = privateKey.publicKey();
    this.publicBytes = publicKey.bytes();
  }

  public NodeKey publicKey() {
    return publicKey;
  }

  /** Borrowed. */
  public NodePrivateKey privateKey() {
    return privateKey;
  }

  /** The public key's bytes, not a copy; the caller does not write to them. */
  byte[] publicBytes() {
    return publicBytes;
  }

  @Override
  public void close() {
    privateKey.close();
  }
}
