package dev.meshd.crypto;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The full form of RFC 8439 on one engine: any nonce, any associated data. Packets need neither;
 * this is the seam through which published vectors reach the code that carries packets. Owned by
 * one thread at a time.
 */
interface Rfc8439Cipher extends Aead {
  /** Like {@link Aead#seal} with a 12-byte nonce and associated data. */
  void seal(
      byte[] nonce12, byte[] associatedData, MemorySegment buffer, long offset, int plainLength);

  /** Like {@link Aead#open} with a 12-byte nonce and associated data. */
  boolean open(
      byte[] nonce12, byte[] associatedData, MemorySegment buffer, long offset, int cipherLength);

  /**
   * Checks once, at the edge, that the text and the room behind it lie in native, writable memory.
   */
  static void checkBuffer(MemorySegment buffer, long offset, int textLength, int roomBehind) {
    if (!buffer.isNative() || buffer.isReadOnly() || !buffer.scope().isAlive()) {
      throw new IllegalArgumentException("packets are sealed and opened in writable native memory");
    }
    if (textLength < 0) {
      throw new IndexOutOfBoundsException("a text of " + textLength + " bytes");
    }
    Objects.checkFromIndexSize(offset, (long) textLength + roomBehind, buffer.byteSize());
  }

  static void checkNonce(byte[] nonce12) {
    if (nonce12.length != ChaCha20Poly1305.NONCE_LENGTH) {
      throw new IllegalArgumentException("a nonce is 12 bytes, not " + nonce12.length);
    }
  }
}
