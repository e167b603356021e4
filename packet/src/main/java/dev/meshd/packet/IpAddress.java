package dev.meshd.packet;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * An IPv4 or IPv6 address, without zone.
 *
 * <p>The value is 128 bits in network order, most significant half in {@link #high()}. An IPv4
 * address is held as its IPv4-mapped form {@code ::ffff:a.b.c.d} plus a family flag, so {@code
 * 1.2.3.4} and {@code ::ffff:1.2.3.4} are different values; {@link #unmapped()} turns the second
 * into the first.
 *
 * <p>Ordering is by family (IPv4 first) and then numeric, which is the order people expect in
 * lists. Immutable.
 *
 * <p>Text forms: RFC 4291 section 2.2 is read, RFC 5952 is written.
 */
public final class IpAddress implements Comparable<IpAddress> {
  public static final int V4_BYTES = 4;
  public static final int V6_BYTES = 16;
  public static final int V4_BITS = 32;
  public static final int V6_BITS = 128;

  /** The 16 one-bits before the IPv4 address in the low half of {@code ::ffff:0:0/96}. */
  private static final long MAPPED_LOW = 0xffffL << 32;

  private static final IpAddress V4_UNSPECIFIED = ofV4(0);
  private static final IpAddress V6_UNSPECIFIED = ofV6(0, 0);

  private final long high;
  private final long low;
  private final boolean v4;

  private IpAddress(long high, long low, boolean v4) {
    this.high = high;
    this.low = low;
    this.v4 = v4;
  }

  /** The IPv4 address whose four octets are the int's bytes, most significant first. */
  public static IpAddress ofV4(int address) {
    return new IpAddress(0, MAPPED_LOW | Integer.toUnsignedLong(address), true);
  }

  public static IpAddress ofV6(long high, long low) {
    return new IpAddress(high, low, false);
  }

  /** From 4 or 16 bytes in network order; the array is copied. */
  public static IpAddress of(byte[] bytes) {
    return switch (bytes.length) {
      case V4_BYTES -> ofV4((int) read(bytes, 0, V4_BYTES));
      case V6_BYTES -> ofV6(read(bytes, 0, 8), read(bytes, 8, 8));
      default ->
          throw new IllegalArgumentException("an IP address has 4 or 16 bytes: " + bytes.length);
    };
  }

  public static IpAddress of(InetAddress address) {
    return of(address.getAddress());
  }

  public static IpAddress unspecifiedV4() {
    return V4_UNSPECIFIED;
  }

  public static IpAddress unspecifiedV6() {
    return V6_UNSPECIFIED;
  }

  /**
   * Reads {@code 192.0.2.1} or any RFC 4291 text form of an IPv6 address. Names, zones, ports,
   * brackets, short IPv4 forms and leading zeros in IPv4 octets are refused.
   *
   * @throws AddressFormatException if the text is anything else
   */
  public static IpAddress parse(String text) {
    return tryParse(text)
        .orElseThrow(() -> new AddressFormatException("an IP address", text, "see RFC 4291"));
  }

  public static Optional<IpAddress> tryParse(String text) {
    return Optional.ofNullable(IpAddressText.parse(text));
  }

  public boolean isV4() {
    return v4;
  }

  public boolean isV6() {
    return !v4;
  }

  /** Address length in bits: 32 or 128. */
  public int bitLength() {
    return v4 ? V4_BITS : V6_BITS;
  }

  /** Upper 64 bits; 0 for IPv4. */
  public long high() {
    return high;
  }

  /** Lower 64 bits; for IPv4 the mapped form {@code 0000ffff:aabbccdd}. */
  public long low() {
    return low;
  }

  /** The four octets as an int, most significant first. Only for IPv4 addresses. */
  public int v4Value() {
    if (!v4) {
      throw new IllegalStateException("not an IPv4 address: " + this);
    }
    return (int) low;
  }

  /** A fresh array of 4 or 16 bytes in network order. */
  public byte[] bytes() {
    byte[] out = new byte[v4 ? V4_BYTES : V6_BYTES];
    if (v4) {
      write(low, out, 0, V4_BYTES);
    } else {
      write(high, out, 0, 8);
      write(low, out, 8, 8);
    }
    return out;
  }

  /** A fresh array of 16 bytes; IPv4 in its mapped form, as disco messages carry addresses. */
  public byte[] mappedBytes() {
    byte[] out = new byte[V6_BYTES];
    write(high, out, 0, 8);
    write(low, out, 8, 8);
    return out;
  }

  public InetAddress toInetAddress() {
    try {
      return InetAddress.getByAddress(bytes());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 and 16 bytes are always an address", e);
    }
  }

  public boolean isMappedV4() {
    return !v4 && high == 0 && (low & ~0xffff_ffffL) == MAPPED_LOW;
  }

  /** The IPv4 address inside {@code ::ffff:a.b.c.d}; any other address unchanged. */
  public IpAddress unmapped() {
    return isMappedV4() ? ofV4((int) low) : this;
  }

  /** {@code 0.0.0.0} or {@code ::}. */
  public boolean isUnspecified() {
    return high == 0 && (v4 ? (int) low == 0 : low == 0);
  }

  /** {@code 127.0.0.0/8} or {@code ::1}. */
  public boolean isLoopback() {
    return v4 ? v4Within(0x7f000000, 8) : high == 0 && low == 1;
  }

  /** {@code 169.254.0.0/16} or {@code fe80::/10}. */
  public boolean isLinkLocal() {
    return v4 ? v4Within(0xa9fe0000, 16) : high >>> 54 == 0xfe80 >>> 6;
  }

  /** {@code 224.0.0.0/4} or {@code ff00::/8}. */
  public boolean isMulticast() {
    return v4 ? v4Within(0xe0000000, 4) : high >>> 56 == 0xff;
  }

  /** RFC 1918 ({@code 10/8}, {@code 172.16/12}, {@code 192.168/16}) or {@code fc00::/7}. */
  public boolean isPrivate() {
    return v4
        ? v4Within(0x0a000000, 8) || v4Within(0xac100000, 12) || v4Within(0xc0a80000, 16)
        : high >>> 57 == 0xfc >>> 1;
  }

  private boolean v4Within(int network, int bits) {
    return ((int) low ^ network) >>> (V4_BITS - bits) == 0;
  }

  /** The address with every bit after the first {@code bits} cleared. */
  public IpAddress masked(int bits) {
    if (v4) {
      return ofV4((int) low & v4Mask(bits));
    }
    return ofV6(high & highMask(bits), low & lowMask(bits));
  }

  /** Whether the first {@code bits} bits agree; addresses of different families never do. */
  public boolean sharesPrefix(IpAddress other, int bits) {
    if (v4 != other.v4) {
      return false;
    }
    if (v4) {
      return (((int) low ^ (int) other.low) & v4Mask(bits)) == 0;
    }
    return ((high ^ other.high) & highMask(bits)) == 0 && ((low ^ other.low) & lowMask(bits)) == 0;
  }

  private static int v4Mask(int bits) {
    return bits == 0 ? 0 : -1 << (V4_BITS - bits);
  }

  private static long highMask(int bits) {
    return bits == 0 ? 0 : bits >= 64 ? -1L : -1L << (64 - bits);
  }

  private static long lowMask(int bits) {
    return bits <= 64 ? 0 : -1L << (V6_BITS - bits);
  }

  @Override
  public int compareTo(IpAddress other) {
    if (v4 != other.v4) {
      return v4 ? -1 : 1;
    }
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IpAddress that && v4 == that.v4 && high == that.high && low == that.low;
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Long.hashCode(high) + Long.hashCode(low)) + Boolean.hashCode(v4);
  }

  /** Dotted decimal, or the RFC 5952 form: lower case, longest zero run shortened. */
  @Override
  public String toString() {
    return IpAddressText.format(this);
  }

  private static long read(byte[] bytes, int offset, int length) {
    long value = 0;
    for (int i = 0; i < length; i++) {
      value = value << 8 | (bytes[offset + i] & 0xff);
    }
    return value;
  }

  private static void write(long value, byte[] out, int offset, int length) {
    for (int i = 0; i < length; i++) {
      out[offset + i] = (byte) (value >>> (8 * (length - 1 - i)));
    }
  }
}
