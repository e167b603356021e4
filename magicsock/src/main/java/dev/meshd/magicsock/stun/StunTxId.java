package dev.meshd.magicsock.stun;

import dev.meshd.crypto.SecureRandomSource;
import java.nio.ByteBuffer;

/**
 * The 12 random bytes that tie an answer to its request. Unpredictable, because an answer is
 * believed by its id alone. Immutable.
 */
public record StunTxId(long high, int low) {

  static final int BYTES = 12;

  public static StunTxId random(SecureRandomSource random) {
    byte[] bytes = new byte[BYTES];
    random.fill(bytes);
    return read(ByteBuffer.wrap(bytes), 0);
  }

  static StunTxId read(ByteBuffer from, int offset) {
    return new StunTxId(from.getLong(offset), from.getInt(offset + Long.BYTES));
  }

  void write(ByteBuffer to) {
    to.putLong(high).putInt(low);
  }
}
