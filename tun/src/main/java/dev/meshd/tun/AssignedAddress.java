package dev.meshd.tun;

import dev.meshd.packet.AddressFormatException;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;

/**
 * An address that an interface has or shall have. Immutable.
 *
 * @param bits length of the prefix that is on link through the interface
 */
public record AssignedAddress(IpAddress address, int bits) {
  public AssignedAddress {
    if (bits < 0 || bits > address.bitLength()) {
      throw new IllegalArgumentException("prefix length out of range: " + address + "/" + bits);
    }
  }

  /** The address alone, with nothing else on link: /32 or /128. */
  public static AssignedAddress single(IpAddress address) {
    return new AssignedAddress(address, address.bitLength());
  }

  /**
   * Reads {@code 10.0.0.1/24}, or an address alone.
   *
   * @throws AddressFormatException if the text is anything else
   */
  public static AssignedAddress parse(String text) {
    int slash = text.indexOf('/');
    IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
    return new AssignedAddress(address, IpPrefix.parseLenient(text).bits());
  }

  @Override
  public String toString() {
    return address + "/" + bits;
  }
}
