package dev.meshd.crypto;

/**
 * The Diffie-Hellman function that a private key is used with. Every key of a real node uses {@link
 * #X25519}; a simulation of thousands of meshes gives its keys a cheaper one. A key agrees only
 * with keys of the same function, and keeps its function for life, so the two cannot mix.
 *
 * <p>Implementations are stateless or thread-safe.
 */
public interface KeyAgreement {
  /** Curve25519 (RFC 7748), what everything on a real network speaks. */
  KeyAgreement X25519 =
      new KeyAgreement() {
        @Override
        public byte[] publicKey(byte[] privateKey) {
          return dev.meshd.crypto.X25519.publicKey(privateKey);
        }

        @Override
        public byte[] agree(byte[] privateKey, byte[] publicKey) {
          return dev.meshd.crypto.X25519.agree(privateKey, publicKey);
        }
      };

  /** Returns the 32-byte public key that belongs to a private key of 32 bytes. */
  byte[] publicKey(byte[] privateKey);

  /**
   * Returns the 32-byte shared secret; the caller wipes it.
   *
   * @throws WeakKeyException if anybody could compute the result
   */
  byte[] agree(byte[] privateKey, byte[] publicKey);
}
