package dev.meshd.magicsock.disco;

import dev.meshd.crypto.DiscoKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;

/**
 * The part of a disco datagram that anyone can read.
 *
 * <pre>
 * [0,6)    magic        54 53 F0 9F 92 AC
 * [6,38)   sender       X25519 disco public key
 * [38,62)  nonce        24 random bytes
 * [62,78)  tag          Poly1305, first part of the NaCl box
 * [78,..)  ciphertext
 * </pre>
 *
 * <p>Stateless. Source: tailscale: disco/disco.go.
 */
public final class DiscoEnvelope {

  static final int MAGIC_LENGTH = 6;
  static final int KEY_OFFSET = MAGIC_LENGTH;
  static final int NONCE_OFFSET = KEY_OFFSET + 32;
  static final int NONCE_LENGTH = 24;
  static final int BOX_OFFSET = NONCE_OFFSET + NONCE_LENGTH;
  static final int TAG_LENGTH = 16;

  /** Fewest bytes that carry magic and sender key. */
  public static final int MIN_LENGTH = NONCE_OFFSET;

  private static final byte[] MAGIC = {
    0x54, 0x53, (byte) 0xF0, (byte) 0x9F, (byte) 0x92, (byte) 0xAC
  };

  private DiscoEnvelope() {}

  /** Whether the datagram claims to be disco: long enough for a sender key, and the magic. */
  public static boolean matches(byte[] datagram) {
    return matches(datagram, 0);
  }

  /** Same test for the bytes from {@code offset} to the end. */
  public static boolean matches(byte[] datagram, int offset) {
    return datagram.length - offset >= MIN_LENGTH
        && Arrays.equals(datagram, offset, offset + MAGIC_LENGTH, MAGIC, 0, MAGIC_LENGTH);
  }

  /** Same test on native memory; reads nothing outside {@code [offset, offset + length)}. */
  public static boolean matches(MemorySegment memory, long offset, int length) {
    if (length < MIN_LENGTH) {
      return false;
    }
    for (int i = 0; i < MAGIC_LENGTH; i++) {
      if (memory.get(ValueLayout.JAVA_BYTE, offset + i) != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  /** The claimed sender; empty unless {@link #matches} and the key is not all zero. */
  public static Optional<DiscoKey> sender(byte[] datagram) {
    if (!matches(datagram)) {
      return Optional.empty();
    }
    DiscoKey key = DiscoKey.of(datagram, KEY_OFFSET);
    return key.isZero() ? Optional.empty() : Optional.of(key);
  }

  static void writeHeader(byte[] datagram, DiscoKey sender, byte[] nonce) {
    System.arraycopy(MAGIC, 0, datagram, 0, MAGIC_LENGTH);
    sender.copyTo(datagram, KEY_OFFSET);
    System.arraycopy(nonce, 0, datagram, NONCE_OFFSET, NONCE_LENGTH);
  }
}
