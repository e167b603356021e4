package dev.meshd.packet;

import java.lang.foreign.MemorySegment;

/**
 * Reads a UDP header in place (RFC 768). All fields are big-endian:
 *
 * <pre>
 * offset size field
 *      0    2 source port
 *      2    2 destination port
 *      4    2 length, header included
 *      6    2 checksum; 0 means none (IPv4 only)
 * </pre>
 *
 * <p>The caller has checked that {@link #HEADER_BYTES} bytes are there. Stateless.
 */
public final class UdpView {
  public static final int HEADER_BYTES = 8;
  public static final int LENGTH_OFFSET = 4;
  public static final int CHECKSUM_OFFSET = 6;

  private UdpView() {}

  public static int sourcePort(MemorySegment segment, long offset) {
    return BigEndian.u16(segment, offset);
  }

  public static int destinationPort(MemorySegment segment, long offset) {
    return BigEndian.u16(segment, offset + 2);
  }

  public static int length(MemorySegment segment, long offset) {
    return BigEndian.u16(segment, offset + LENGTH_OFFSET);
  }
}
