package dev.meshd.packet;

import java.util.Comparator;
import java.util.Optional;

/**
 * A CIDR prefix: an address whose bits after the first {@code bits} are zero.
 *
 * <p>Ordering is by address and then by length, shorter first. Immutable.
 *
 * @param address the network address; the constructor refuses one with host bits set
 * @param bits prefix length, 0 to 32 or 0 to 128
 */
public record IpPrefix(IpAddress address, int bits) implements Comparable<IpPrefix> {
  private static final Comparator<IpPrefix> ORDER =
      Comparator.comparing(IpPrefix::address).thenComparingInt(IpPrefix::bits);

  /** {@code 0.0.0.0/0}. */
  public static final IpPrefix ALL_V4 = of(IpAddress.unspecifiedV4(), 0);

  /** {@code ::/0}. */
  public static final IpPrefix ALL_V6 = of(IpAddress.unspecifiedV6(), 0);

  public IpPrefix {
    if (bits < 0 || bits > address.bitLength()) {
      throw new IllegalArgumentException("prefix length out of range: " + address + "/" + bits);
    }
    if (!address.masked(bits).equals(address)) {
      throw new IllegalArgumentException("host bits are set: " + address + "/" + bits);
    }
  }

  /** The prefix of that length which contains {@code address}; host bits are cleared. */
  public static IpPrefix of(IpAddress address, int bits) {
    if (bits < 0 || bits > address.bitLength()) {
      throw new IllegalArgumentException("prefix length out of range: " + address + "/" + bits);
    }
    return new IpPrefix(address.masked(bits), bits);
  }

  /** The /32 or /128 that holds only {@code address}. */
  public static IpPrefix single(IpAddress address) {
    return new IpPrefix(address, address.bitLength());
  }

  /**
   * Reads {@code 10.0.0.0/8} or, without a length, a single address.
   *
   * @throws AddressFormatException if the text is not a prefix or has host bits set
   */
  public static IpPrefix parse(String text) {
    IpPrefix prefix = parseLenient(text);
    int slash = text.indexOf('/');
    String addressText = slash < 0 ? text : text.substring(0, slash);
    if (!IpAddress.parse(addressText).equals(prefix.address)) {
      throw new AddressFormatException("an IP prefix", text, "host bits are set");
    }
    return prefix;
  }

  /**
   * Like {@link #parse} but clears host bits: {@code 10.1.2.3/8} reads as {@code 10.0.0.0/8}.
   *
   * @throws AddressFormatException if the text is not a prefix
   */
  public static IpPrefix parseLenient(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return single(IpAddress.parse(text));
    }
    IpAddress address = IpAddress.parse(text.substring(0, slash));
    return of(address, parseBits(text, slash + 1, address.bitLength()));
  }

  /** {@link #parse} without the exception. */
  public static Optional<IpPrefix> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (AddressFormatException e) {
      return Optional.empty();
    }
  }

  private static int parseBits(String text, int start, int max) {
    int digits = text.length() - start;
    boolean leadingZero = digits > 1 && text.charAt(start) == '0';
    int bits = 0;
    for (int i = start; i < text.length() && bits <= max; i++) {
      char c = text.charAt(i);
      bits = c >= '0' && c <= '9' ? bits * 10 + (c - '0') : max + 1;
    }
    if (digits == 0 || leadingZero || bits > max) {
      throw new AddressFormatException("an IP prefix", text, "length must be 0 to " + max);
    }
    return bits;
  }

  /** The address with all host bits set. */
  public IpAddress lastAddress() {
    if (address.isV4()) {
      return IpAddress.ofV4(address.v4Value() | (bits == 32 ? 0 : -1 >>> bits));
    }
    long highHost = bits >= 64 ? 0 : -1L >>> bits;
    long lowHost = bits <= 64 ? -1L : bits == IpAddress.V6_BITS ? 0 : -1L >>> (bits - 64);
    return IpAddress.ofV6(address.high() | highHost, address.low() | lowHost);
  }

  public boolean contains(IpAddress other) {
    return address.sharesPrefix(other, bits);
  }

  /** Whether every address of {@code other} is also in this prefix. */
  public boolean contains(IpPrefix other) {
    return bits <= other.bits && address.sharesPrefix(other.address, bits);
  }

  public boolean overlaps(IpPrefix other) {
    return contains(other) || other.contains(this);
  }

  public boolean isV4() {
    return address.isV4();
  }

  public boolean isV6() {
    return address.isV6();
  }

  public boolean isSingleAddress() {
    return bits == address.bitLength();
  }

  /** Whether this is {@code 0.0.0.0/0} or {@code ::/0}. */
  public boolean isDefaultRoute() {
    return bits == 0;
  }

  @Override
  public int compareTo(IpPrefix other) {
    return ORDER.compare(this, other);
  }

  /** {@code address/bits}, with the length also for single addresses. */
  @Override
  public String toString() {
    return address + "/" + bits;
  }
}
