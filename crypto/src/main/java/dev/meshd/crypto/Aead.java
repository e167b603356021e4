package dev.meshd.crypto;

import java.lang.foreign.MemorySegment;

/**
 * ChaCha20-Poly1305 for packets: in place on native memory, empty associated data, nonce made of a
 * counter.
 *
 * <pre>
 *   before seal:  | plaintext ......... | room for 16 bytes |
 *   after seal:   | ciphertext ........ | tag (16)          |
 *   nonce (12):   | 0 0 0 0 | counter, 64 bits, little-endian |
 * </pre>
 *
 * <p>An instance belongs to one key, one direction and one thread at a time. {@link #close()} may
 * come from any thread and at any moment, also during a call: memory is released when the call is
 * over. The buffer's owner keeps it alive until the call returns. The caller never seals twice with
 * one counter (WireGuard paper, section 5.4.6).
 */
public interface Aead extends AutoCloseable {
  /** Length in bytes of the tag, which follows the ciphertext. */
  int TAG_LENGTH = 16;

  /**
   * Encrypts {@code plainLength} bytes at {@code offset} and writes the tag behind them.
   *
   * @param counter unsigned, never used before with this key
   * @throws AeadClosedException if the key has been closed; the buffer is unchanged and must not be
   *     sent
   * @throws IndexOutOfBoundsException if text and tag do not fit the buffer
   */
  void seal(long counter, MemorySegment buffer, long offset, int plainLength);

  /**
   * Checks and decrypts {@code cipherLength} bytes at {@code offset}, the last 16 of which are the
   * tag.
   *
   * @param counter unsigned
   * @return whether the text is authentic. If not, or once the key has been closed, what is in that
   *     part of the buffer is undefined and must not be looked at
   * @throws IndexOutOfBoundsException if the text does not fit the buffer
   */
  boolean open(long counter, MemorySegment buffer, long offset, int cipherLength);

  /** Wipes the key. Closing again does nothing. */
  @Override
  void close();
}
