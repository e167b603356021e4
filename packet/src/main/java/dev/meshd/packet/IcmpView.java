package dev.meshd.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Reads the common start of ICMP (RFC 792) and ICMPv6 (RFC 4443) messages. Big-endian:
 *
 * <pre>
 * offset size field
 *      0    1 type
 *      1    1 code
 *      2    2 checksum
 *      4    2 identifier (echo messages)
 *      6    2 sequence number (echo messages)
 * </pre>
 *
 * <p>The caller has checked that {@link #HEADER_BYTES} bytes are there. Stateless.
 */
public final class IcmpView {
  public static final int HEADER_BYTES = 8;
  public static final int CHECKSUM_OFFSET = 2;

  public static final int V4_ECHO_REPLY = 0;
  public static final int V4_DESTINATION_UNREACHABLE = 3;
  public static final int V4_ECHO_REQUEST = 8;
  public static final int V4_TIME_EXCEEDED = 11;
  public static final int V4_PARAMETER_PROBLEM = 12;

  public static final int V6_DESTINATION_UNREACHABLE = 1;
  public static final int V6_PACKET_TOO_BIG = 2;
  public static final int V6_TIME_EXCEEDED = 3;
  public static final int V6_PARAMETER_PROBLEM = 4;
  public static final int V6_ECHO_REQUEST = 128;
  public static final int V6_ECHO_REPLY = 129;

  private IcmpView() {}

  public static int type(MemorySegment segment, long offset) {
    return segment.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
  }

  public static int code(MemorySegment segment, long offset) {
    return segment.get(ValueLayout.JAVA_BYTE, offset + 1) & 0xff;
  }

  public static int identifier(MemorySegment segment, long offset) {
    return BigEndian.u16(segment, offset + 4);
  }

  public static int sequence(MemorySegment segment, long offset) {
    return BigEndian.u16(segment, offset + 6);
  }
}
