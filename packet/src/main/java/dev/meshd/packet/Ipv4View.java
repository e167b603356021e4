package dev.meshd.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Reads an IPv4 header in place (RFC 791 section 3.1). All fields are big-endian:
 *
 * <pre>
 * offset size field
 *      0    1 version (4 bits), header length in 4-byte words (4 bits)
 *      1    1 type of service
 *      2    2 total length, header included
 *      4    2 identification
 *      6    2 flags (3 bits: reserved, DF, MF), fragment offset in 8-byte units (13 bits)
 *      8    1 time to live
 *      9    1 protocol
 *     10    2 header checksum
 *     12    4 source address
 *     16    4 destination address
 *     20    … options, up to the header length
 * </pre>
 *
 * <p>Check once with {@link #isValid}; after that no accessor can fail. Stateless.
 */
public final class Ipv4View {
  public static final int MIN_HEADER_BYTES = 20;
  public static final int MAX_HEADER_BYTES = 60;

  public static final int TOTAL_LENGTH_OFFSET = 2;
  public static final int IDENTIFICATION_OFFSET = 4;
  public static final int FRAGMENT_OFFSET = 6;
  public static final int TTL_OFFSET = 8;
  public static final int PROTOCOL_OFFSET = 9;
  public static final int CHECKSUM_OFFSET = 10;
  public static final int SOURCE_OFFSET = 12;
  public static final int DESTINATION_OFFSET = 16;

  private static final int MORE_FRAGMENTS = 0x2000;
  private static final int FRAGMENT_OFFSET_MASK = 0x1fff;

  private Ipv4View() {}

  /**
   * Whether {@code length} bytes hold an IPv4 header whose lengths agree: 20 ≤ header ≤ total ≤
   * {@code length}. The checksum is not looked at.
   */
  public static boolean isValid(MemorySegment segment, long offset, int length) {
    if (length < MIN_HEADER_BYTES || IpVersion.of(segment, offset, length) != 4) {
      return false;
    }
    int header = headerLength(segment, offset);
    int total = totalLength(segment, offset);
    return header >= MIN_HEADER_BYTES && header <= total && total <= length;
  }

  /** Header length in bytes, options included: 0 to 60. */
  public static int headerLength(MemorySegment segment, long offset) {
    return (segment.get(ValueLayout.JAVA_BYTE, offset) & 0x0f) * 4;
  }

  public static int totalLength(MemorySegment segment, long offset) {
    return BigEndian.u16(segment, offset + TOTAL_LENGTH_OFFSET);
  }

  public static int identification(MemorySegment segment, long offset) {
    return BigEndian.u16(segment, offset + IDENTIFICATION_OFFSET);
  }

  public static boolean moreFragments(MemorySegment segment, long offset) {
    return (BigEndian.u16(segment, offset + FRAGMENT_OFFSET) & MORE_FRAGMENTS) != 0;
  }

  /** Position of this fragment's payload in units of 8 bytes: 0 to 8191. */
  public static int fragmentOffset(MemorySegment segment, long offset) {
    return BigEndian.u16(segment, offset + FRAGMENT_OFFSET) & FRAGMENT_OFFSET_MASK;
  }

  public static int timeToLive(MemorySegment segment, long offset) {
    return segment.get(ValueLayout.JAVA_BYTE, offset + TTL_OFFSET) & 0xff;
  }

  public static int protocol(MemorySegment segment, long offset) {
    return segment.get(ValueLayout.JAVA_BYTE, offset + PROTOCOL_OFFSET) & 0xff;
  }

  public static int source(MemorySegment segment, long offset) {
    return BigEndian.i32(segment, offset + SOURCE_OFFSET);
  }

  public static int destination(MemorySegment segment, long offset) {
    return BigEndian.i32(segment, offset + DESTINATION_OFFSET);
  }

  /** Computes the header checksum and stores it. */
  public static void updateChecksum(MemorySegment segment, long offset) {
    BigEndian.put16(segment, offset + CHECKSUM_OFFSET, 0);
    int sum = Checksums.sum(segment, offset, headerLength(segment, offset));
    BigEndian.put16(segment, offset + CHECKSUM_OFFSET, ~sum);
  }

  public static boolean checksumIsRight(MemorySegment segment, long offset) {
    return Checksums.sum(segment, offset, headerLength(segment, offset)) == 0xffff;
  }
}
