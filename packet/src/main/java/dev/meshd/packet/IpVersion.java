package dev.meshd.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What tells IPv4 and IPv6 packets apart: the high nibble of the first byte. */
public final class IpVersion {
  private IpVersion() {}

  /** The version nibble, 0 to 15; 0 for an empty packet. Only 4 and 6 mean anything. */
  public static int of(MemorySegment segment, long offset, int length) {
    return length == 0 ? 0 : (segment.get(ValueLayout.JAVA_BYTE, offset) & 0xff) >>> 4;
  }

  /**
   * The length the packet's own header claims, or -1 if it is not IP, its header is cut short or
   * inconsistent, or the claim exceeds {@code length}. Bytes after the claimed length are padding.
   */
  public static int packetLength(MemorySegment segment, long offset, int length) {
    return switch (of(segment, offset, length)) {
      case 4 ->
          Ipv4View.isValid(segment, offset, length) ? Ipv4View.totalLength(segment, offset) : -1;
      case 6 ->
          Ipv6View.isValid(segment, offset, length) ? Ipv6View.totalLength(segment, offset) : -1;
      default -> -1;
    };
  }
}
