package dev.meshd.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The Internet checksum (RFC 1071): the one's complement sum of big-endian 16-bit words.
 *
 * <p>Sums here are folded to 16 bits and not complemented, 0 to 0xffff. Sums of parts are joined by
 * {@link #add}, provided every part but the last has an even length. Bytes are summed as native
 * 64-bit words, since one's complement addition does not depend on byte order (RFC 1071 section
 * 2.B); the result is swapped once. Stateless and free of allocation.
 */
public final class Checksums {
  private static final ValueLayout.OfLong NATIVE_LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt NATIVE_INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final boolean SWAP = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  private static final long LOW_32 = 0xffff_ffffL;

  private Checksums() {}

  /** The folded sum of {@code length} bytes; an odd last byte is padded with zero. */
  public static int sum(MemorySegment segment, long offset, int length) {
    long sum = 0;
    long at = offset;
    long end = offset + length;
    for (; end - at >= 16; at += 16) {
      long a = segment.get(NATIVE_LONG, at);
      long b = segment.get(NATIVE_LONG, at + 8);
      sum += (a & LOW_32) + (a >>> 32) + (b & LOW_32) + (b >>> 32);
    }
    for (; end - at >= 4; at += 4) {
      sum += segment.get(NATIVE_INT, at) & LOW_32;
    }
    if (end - at >= 2) {
      sum += segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, at) & 0xffff;
      at += 2;
    }
    if (at < end) {
      int last = segment.get(ValueLayout.JAVA_BYTE, at) & 0xff;
      sum += SWAP ? last : last << 8;
    }
    int folded = fold(sum);
    return SWAP ? Short.toUnsignedInt(Short.reverseBytes((short) folded)) : folded;
  }

  /** Joins the folded sums of two parts. */
  public static int add(int sum, int other) {
    return fold((long) sum + other);
  }

  /** Folds a sum of 16-bit or 32-bit words with end-around carry. */
  private static int fold(long sum) {
    long folded = (sum & LOW_32) + (sum >>> 32);
    folded = (folded & 0xffff) + (folded >>> 16);
    folded = (folded & 0xffff) + (folded >>> 16);
    return (int) ((folded & 0xffff) + (folded >>> 16));
  }

  /**
   * The pseudo-header sum of an IPv4 packet (RFC 9293 section 3.1): both addresses, protocol and
   * {@code transportLength}, which covers the transport header and its payload.
   */
  public static int pseudoHeaderV4(
      MemorySegment segment, long offset, int protocol, int transportLength) {
    int addresses = sum(segment, offset + Ipv4View.SOURCE_OFFSET, 8);
    return fold((long) addresses + protocol + transportLength);
  }

  /** The pseudo-header sum of an IPv6 packet (RFC 8200 section 8.1). */
  public static int pseudoHeaderV6(
      MemorySegment segment, long offset, int protocol, int transportLength) {
    int addresses = sum(segment, offset + Ipv6View.SOURCE_OFFSET, 32);
    return fold((long) addresses + protocol + transportLength);
  }
}
