package dev.meshd.wireguard.transport;

import dev.meshd.packet.LittleEndian;
import java.lang.foreign.MemorySegment;

/**
 * Transport data in native memory, little-endian. A length of exactly {@link #OVERHEAD} is a
 * keepalive.
 *
 * <pre>
 *  0  4  type = 4
 *  4  4  receiver index
 *  8  8  counter, unsigned
 * 16  n  sealed packet: plaintext padded with zeros, then 16 bytes of tag
 * </pre>
 *
 * <p>The caller has checked that the message has at least {@link #OVERHEAD} bytes.
 *
 * @see <a href="https://www.wireguard.com/papers/wireguard.pdf">WireGuard paper, section 5.4.6</a>
 */
public final class TransportLayout {
  /** Bytes in front of the sealed packet. */
  public static final int HEADER_LENGTH = 16;

  /** Bytes behind the plaintext. */
  public static final int TAG_LENGTH = 16;

  /** What sealing adds to a padded packet. */
  public static final int OVERHEAD = HEADER_LENGTH + TAG_LENGTH;

  /** The most that padding adds. */
  public static final int MAX_PADDING = 15;

  private static final int TYPE = 4;
  private static final int RECEIVER_OFFSET = 4;
  private static final int COUNTER_OFFSET = 8;

  private TransportLayout() {}

  /** The first word, which tells transport data from everything else; needs four bytes. */
  public static int firstWord(MemorySegment buffer, long offset) {
    return LittleEndian.i32(buffer, offset);
  }

  /** Whether a datagram is long enough for transport data and says it is. */
  public static boolean isTransportData(MemorySegment buffer, long offset, int length) {
    return length >= OVERHEAD && firstWord(buffer, offset) == TYPE;
  }

  public static int receiverIndex(MemorySegment buffer, long offset) {
    return LittleEndian.i32(buffer, offset + RECEIVER_OFFSET);
  }

  public static long counter(MemorySegment buffer, long offset) {
    return LittleEndian.i64(buffer, offset + COUNTER_OFFSET);
  }

  public static void writeHeader(
      MemorySegment buffer, long offset, int receiverIndex, long counter) {
    LittleEndian.put32(buffer, offset, TYPE);
    LittleEndian.put32(buffer, offset + RECEIVER_OFFSET, receiverIndex);
    LittleEndian.put64(buffer, offset + COUNTER_OFFSET, counter);
  }

  /**
   * The length to which a packet is padded with zeros: the next multiple of 16, but never beyond
   * the MTU, so that a packet of full size is not enlarged. Of a packet longer than the MTU, what
   * is beyond whole MTUs counts.
   *
   * @param mtuBytes the tunnel's MTU; 0 means no cap
   */
  public static int paddedLength(int length, int mtuBytes) {
    if (mtuBytes == 0) {
      return roundUp16(length);
    }
    int lastUnit = length > mtuBytes ? length % mtuBytes : length;
    return length - lastUnit + Math.min(roundUp16(lastUnit), mtuBytes);
  }

  private static int roundUp16(int length) {
    return (length + 15) & -16;
  }
}
