package dev.meshd.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * 32 secret bytes outside the heap, overwritten on {@link #close()}.
 *
 * <p>Off the heap the collector makes no copies of them. Not covered: copies handed out by {@link
 * #bytes()} (the taker wipes them), pages written to swap, and a key whose owner forgets to close
 * it, which is released unwiped with the object. Closing and reading may race: a reader sees the
 * key, an exception, or in the worst case zeros. Thread-safe in that sense.
 */
final class SecretBytes implements AutoCloseable {
  private final MemorySegment segment = Arena.ofAuto().allocate(KeyText.KEY_LENGTH);
  private volatile boolean closed;

  /** Takes over the bytes: they are copied and the array is wiped. */
  static SecretBytes taking(byte[] secret) {
    KeyText.checkLength(secret.length);
    var taken = new SecretBytes();
    MemorySegment.copy(secret, 0, taken.segment, ValueLayout.JAVA_BYTE, 0, secret.length);
    Arrays.fill(secret, (byte) 0);
    return taken;
  }

  /** Returns a copy that the caller wipes. */
  byte[] bytes() {
    byte[] copy = segment.toArray(ValueLayout.JAVA_BYTE);
    if (closed) {
      Arrays.fill(copy, (byte) 0);
      throw new IllegalStateException("this key has been wiped");
    }
    return copy;
  }

  @Override
  public void close() {
    closed = true;
    segment.fill((byte) 0);
  }

  /** What every private key shows of itself. */
  @Override
  public String toString() {
    return "(secret)";
  }
}
