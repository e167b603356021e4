package dev.meshd.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Reads a TCP header in place (RFC 9293 section 3.1). All fields are big-endian:
 *
 * <pre>
 * offset size field
 *      0    2 source port
 *      2    2 destination port
 *      4    4 sequence number
 *      8    4 acknowledgment number
 *     12    1 data offset in 4-byte words (4 bits), reserved (4 bits)
 *     13    1 flags: CWR ECE URG ACK PSH RST SYN FIN
 *     14    2 window
 *     16    2 checksum
 *     18    2 urgent pointer
 *     20    … options, up to the data offset
 * </pre>
 *
 * <p>The caller has checked that {@link #MIN_HEADER_BYTES} bytes are there. Stateless.
 */
public final class TcpView {
  public static final int MIN_HEADER_BYTES = 20;
  public static final int MAX_HEADER_BYTES = 60;
  public static final int FLAGS_OFFSET = 13;
  public static final int CHECKSUM_OFFSET = 16;

  public static final int FIN = 0x01;
  public static final int SYN = 0x02;
  public static final int RST = 0x04;
  public static final int PSH = 0x08;
  public static final int ACK = 0x10;

  private TcpView() {}

  public static int sourcePort(MemorySegment segment, long offset) {
    return BigEndian.u16(segment, offset);
  }

  public static int destinationPort(MemorySegment segment, long offset) {
    return BigEndian.u16(segment, offset + 2);
  }

  public static int sequence(MemorySegment segment, long offset) {
    return BigEndian.i32(segment, offset + 4);
  }

  public static int acknowledgment(MemorySegment segment, long offset) {
    return BigEndian.i32(segment, offset + 8);
  }

  /** Header length in bytes as claimed: 0 to 60. */
  public static int headerLength(MemorySegment segment, long offset) {
    return (segment.get(ValueLayout.JAVA_BYTE, offset + 12) >>> 4 & 0x0f) * 4;
  }

  public static int flags(MemorySegment segment, long offset) {
    return segment.get(ValueLayout.JAVA_BYTE, offset + FLAGS_OFFSET) & 0xff;
  }

  /** Whether the flags open a connection: SYN without ACK. */
  public static boolean opensConnection(int flags) {
    return (flags & (SYN | ACK)) == SYN;
  }
}
