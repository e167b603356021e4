package dev.meshd.crypto;

import org.bouncycastle.crypto.digests.Blake2sDigest;

/**
 * BLAKE2s (RFC 7693) by Bouncy Castle. Inputs are hashed as one string, part after part. Stateless,
 * thread-safe.
 *
 * <p>BLAKE2s works on 32-bit words by addition, rotation and exclusive-or alone: no table or branch
 * depends on the input.
 */
public final class Blake2s {
  /** Output length of {@link #hash} in bytes. */
  public static final int HASH_LENGTH = 32;

  private Blake2s() {}

  /** Returns the unkeyed 32-byte hash of the parts. */
  public static byte[] hash(byte[]... parts) {
    return digest(new Blake2sDigest(HASH_LENGTH * 8), HASH_LENGTH, parts);
  }

  /**
   * Returns the keyed hash of the parts. The output length is an input of the hash: sixteen bytes
   * are not the first half of thirty-two.
   *
   * @param key 1 to 32 bytes
   * @param outputLength 1 to 32 bytes
   */
  public static byte[] mac(byte[] key, int outputLength, byte[]... parts) {
    var digest = new Blake2sDigest(key, outputLength, null, null);
    try {
      return digest(digest, outputLength, parts);
    } finally {
      digest.clearKey();
    }
  }

  private static byte[] digest(Blake2sDigest digest, int outputLength, byte[]... parts) {
    for (byte[] part : parts) {
      digest.update(part, 0, part.length);
    }
    byte[] output = new byte[outputLength];
    digest.doFinal(output, 0);
    return output;
  }
}
