package dev.meshd.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Reads an IPv6 base header in place (RFC 8200 section 3). All fields are big-endian:
 *
 * <pre>
 * offset size field
 *      0    4 version (4 bits), traffic class (8 bits), flow label (20 bits)
 *      4    2 payload length, base header excluded
 *      6    1 next header
 *      7    1 hop limit
 *      8   16 source address
 *     24   16 destination address
 * </pre>
 *
 * <p>Check once with {@link #isValid}; after that no accessor can fail. What follows the base
 * header is read by {@link Ipv6Extensions}. Stateless.
 */
public final class Ipv6View {
  public static final int HEADER_BYTES = 40;

  public static final int PAYLOAD_LENGTH_OFFSET = 4;
  public static final int NEXT_HEADER_OFFSET = 6;
  public static final int HOP_LIMIT_OFFSET = 7;
  public static final int SOURCE_OFFSET = 8;
  public static final int DESTINATION_OFFSET = 24;

  private Ipv6View() {}

  /** Whether {@code length} bytes hold a base header and the payload it announces. */
  public static boolean isValid(MemorySegment segment, long offset, int length) {
    return length >= HEADER_BYTES
        && IpVersion.of(segment, offset, length) == 6
        && totalLength(segment, offset) <= length;
  }

  public static int payloadLength(MemorySegment segment, long offset) {
    return BigEndian.u16(segment, offset + PAYLOAD_LENGTH_OFFSET);
  }

  /** Base header and payload: 40 to 65575. */
  public static int totalLength(MemorySegment segment, long offset) {
    return HEADER_BYTES + payloadLength(segment, offset);
  }

  public static int nextHeader(MemorySegment segment, long offset) {
    return segment.get(ValueLayout.JAVA_BYTE, offset + NEXT_HEADER_OFFSET) & 0xff;
  }

  public static int hopLimit(MemorySegment segment, long offset) {
    return segment.get(ValueLayout.JAVA_BYTE, offset + HOP_LIMIT_OFFSET) & 0xff;
  }

  public static long sourceHigh(MemorySegment segment, long offset) {
    return BigEndian.i64(segment, offset + SOURCE_OFFSET);
  }

  public static long sourceLow(MemorySegment segment, long offset) {
    return BigEndian.i64(segment, offset + SOURCE_OFFSET + 8);
  }

  public static long destinationHigh(MemorySegment segment, long offset) {
    return BigEndian.i64(segment, offset + DESTINATION_OFFSET);
  }

  public static long destinationLow(MemorySegment segment, long offset) {
    return BigEndian.i64(segment, offset + DESTINATION_OFFSET + 8);
  }
}
