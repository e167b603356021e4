package dev.meshd.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Walks the IPv6 extension headers (RFC 8200 section 4) to the upper-layer header.
 *
 * <p>The result is one long, so that a walk allocates nothing:
 *
 * <pre>
 * bits  0-15 offset of the upper-layer header from the start of the packet
 * bits 16-23 its protocol number
 * bits 24-36 fragment offset in 8-byte units, 0 without a Fragment header
 * bit     37 a Fragment header was present
 * bit     38 its More flag
 * </pre>
 *
 * <p>Hop-by-hop, Routing, Destination Options, Fragment and Authentication headers are stepped
 * over, at most {@value #MAX_HEADERS} of them; ESP, No Next Header and everything unknown count as
 * the upper layer. In a later fragment the walk ends at the Fragment header, because what follows
 * is payload. Stateless.
 */
public final class Ipv6Extensions {
  /** More headers than any sane sender uses; a longer chain is {@link #MALFORMED}. */
  public static final int MAX_HEADERS = 8;

  /** A header runs over the end of the packet, or there are too many. */
  public static final long MALFORMED = -1;

  private static final int FRAGMENT_HEADER_BYTES = 8;
  private static final long FRAGMENT_PRESENT = 1L << 37;
  private static final long FRAGMENT_MORE = 1L << 38;

  private Ipv6Extensions() {}

  /**
   * Walks the packet at {@code offset}, which {@link Ipv6View#isValid} accepted.
   *
   * @return the packed result, or {@link #MALFORMED}
   */
  public static long walk(MemorySegment segment, long offset) {
    int end = Ipv6View.totalLength(segment, offset);
    int protocol = Ipv6View.nextHeader(segment, offset);
    int at = Ipv6View.HEADER_BYTES;
    long fragment = 0;
    for (int headers = 0; headers <= MAX_HEADERS; headers++) {
      if (!isExtension(protocol)) {
        return fragment | (long) protocol << 16 | at;
      }
      if (end - at < 8) {
        return MALFORMED;
      }
      int next = segment.get(ValueLayout.JAVA_BYTE, offset + at) & 0xff;
      int units = segment.get(ValueLayout.JAVA_BYTE, offset + at + 1) & 0xff;
      if (protocol == IpProtocol.IPV6_FRAGMENT) {
        int field = BigEndian.u16(segment, offset + at + 2);
        fragment = FRAGMENT_PRESENT | (long) (field >>> 3) << 24;
        fragment |= (field & 1) != 0 ? FRAGMENT_MORE : 0;
        at += FRAGMENT_HEADER_BYTES;
        if (field >>> 3 != 0) {
          return fragment | (long) next << 16 | at;
        }
      } else {
        at += protocol == IpProtocol.IPV6_AUTHENTICATION ? (units + 2) * 4 : (units + 1) * 8;
      }
      if (at > end) {
        return MALFORMED;
      }
      protocol = next;
    }
    return MALFORMED;
  }

  private static boolean isExtension(int protocol) {
    return switch (protocol) {
      case IpProtocol.IPV6_HOP_BY_HOP,
          IpProtocol.IPV6_ROUTING,
          IpProtocol.IPV6_FRAGMENT,
          IpProtocol.IPV6_AUTHENTICATION,
          IpProtocol.IPV6_DESTINATION_OPTIONS ->
          true;
      default -> false;
    };
  }

  /** Offset of the upper-layer header from the start of the packet. */
  public static int upperOffset(long walk) {
    return (int) walk & 0xffff;
  }

  public static int protocol(long walk) {
    return (int) (walk >>> 16) & 0xff;
  }

  /** In units of 8 bytes; 0 in a first fragment and without a Fragment header. */
  public static int fragmentOffset(long walk) {
    return (int) (walk >>> 24) & 0x1fff;
  }

  public static boolean isFragment(long walk) {
    return (walk & FRAGMENT_PRESENT) != 0;
  }

  public static boolean moreFragments(long walk) {
    return (walk & FRAGMENT_MORE) != 0;
  }
}
