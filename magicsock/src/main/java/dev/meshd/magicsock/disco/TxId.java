package dev.meshd.magicsock.disco;

import dev.meshd.crypto.SecureRandomSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The 12 random bytes that tie a pong to its ping. Unpredictability is what makes a pong proof that
 * the peer received the ping, so ids come from the secure source only. Immutable.
 */
public record TxId(long high, int low) {

  /** Encoded size in bytes. */
  public static final int BYTES = 12;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  /** Draws a fresh id. */
  public static TxId random(SecureRandomSource random) {
    byte[] bytes = new byte[BYTES];
    random.fill(bytes);
    return read(bytes, 0);
  }

  /** Reads the 12 bytes at {@code offset}; the caller has checked that they are there. */
  static TxId read(byte[] from, int offset) {
    return new TxId((long) LONG.get(from, offset), (int) INT.get(from, offset + Long.BYTES));
  }

  void write(byte[] to, int offset) {
    LONG.set(to, offset, high);
    INT.set(to, offset + Long.BYTES, low);
  }
}
