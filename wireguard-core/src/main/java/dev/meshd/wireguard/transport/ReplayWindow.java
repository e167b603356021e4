package dev.meshd.wireguard.transport;

import java.util.Arrays;

/**
 * Which counters of a session have been received: a ring of 8192 bits behind the highest one, of
 * which the 64-bit block being entered is the one given up, so 8128 counters back are told apart
 * for certain.
 *
 * <p>A counter is accepted once. Older than the window is refused, as it may have been seen.
 * Counters are unsigned. Marked only after the packet under the counter has been authenticated, so
 * a forger cannot move the window. Owned by the thread that opens packets.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6479">RFC 6479: IPsec Anti-Replay Algorithm
 *     without Bit Shifting</a>
 */
public final class ReplayWindow {
  /** Bits in the ring. */
  public static final int BITS = 8192;

  /** How far behind the highest counter one is still looked at. */
  public static final int SIZE = BITS - Long.SIZE;

  private static final int BLOCKS = BITS / Long.SIZE;
  private static final int BLOCK_MASK = BLOCKS - 1;
  private static final int BLOCK_SHIFT = 6;

  private final long[] ring = new long[BLOCKS];
  private long highest;

  /**
   * Marks the counter; false when it has been marked before, is too old, or is not below {@code
   * limit}.
   */
  public boolean accept(long counter, long limit) {
    if (Long.compareUnsigned(counter, limit) >= 0) {
      return false;
    }
    long block = counter >>> BLOCK_SHIFT;
    if (Long.compareUnsigned(counter, highest) > 0) {
      clearBlocksUpTo(block);
      highest = counter;
    } else if (Long.compareUnsigned(highest - counter, SIZE) > 0) {
      return false;
    }
    int slot = (int) block & BLOCK_MASK;
    long bit = 1L << counter; // the shift distance is taken modulo 64
    boolean fresh = (ring[slot] & bit) == 0;
    ring[slot] |= bit;
    return fresh;
  }

  /** The highest counter accepted, 0 before the first. */
  public long highest() {
    return highest;
  }

  private void clearBlocksUpTo(long block) {
    long current = highest >>> BLOCK_SHIFT;
    long ahead = block - current;
    if (ahead >= BLOCKS) {
      Arrays.fill(ring, 0);
      return;
    }
    for (long i = 1; i <= ahead; i++) {
      ring[(int) (current + i) & BLOCK_MASK] = 0;
    }
  }
}
