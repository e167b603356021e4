package dev.meshd.packet;

import java.util.Comparator;

/**
 * All addresses from {@code first} to {@code last}, both included; both of one family. Immutable.
 *
 * <p>Ordering is by first address and then by last.
 */
public record IpRange(IpAddress first, IpAddress last) implements Comparable<IpRange> {
  private static final Comparator<IpRange> ORDER =
      Comparator.comparing(IpRange::first).thenComparing(IpRange::last);

  /**
   * @throws IllegalArgumentException if the families differ or the order is wrong
   */
  public IpRange {
    if (first.isV4() != last.isV4() || first.compareTo(last) > 0) {
      throw new IllegalArgumentException("not a range: " + first + "-" + last);
    }
  }

  /** From the first to the last address of a prefix. */
  public static IpRange of(IpPrefix prefix) {
    return new IpRange(prefix.address(), prefix.lastAddress());
  }

  /**
   * Reads {@code 10.0.0.1-10.0.0.9}.
   *
   * @throws AddressFormatException if the text is anything else
   */
  public static IpRange parse(String text) {
    int dash = text.indexOf('-');
    if (dash < 0) {
      throw new AddressFormatException("an IP range", text, "no '-'");
    }
    IpAddress first = IpAddress.parse(text.substring(0, dash));
    IpAddress last = IpAddress.parse(text.substring(dash + 1));
    if (first.isV4() != last.isV4() || first.compareTo(last) > 0) {
      throw new AddressFormatException("an IP range", text, "the first address must come first");
    }
    return new IpRange(first, last);
  }

  public boolean contains(IpAddress address) {
    return first.isV4() == address.isV4()
        && first.compareTo(address) <= 0
        && address.compareTo(last) <= 0;
  }

  @Override
  public int compareTo(IpRange other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return first + "-" + last;
  }
}
