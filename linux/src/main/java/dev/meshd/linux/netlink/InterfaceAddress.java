package dev.meshd.linux.netlink;

import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An address on an interface.
 *
 * @param address the interface's own end
 * @param bits length of the prefix that is on link
 * @param flags IFA_F bits
 */
public record InterfaceAddress(int interfaceIndex, IpAddress address, int bits, int flags) {
  /** From the payload of an RTM_NEWADDR or RTM_DELADDR; empty if it makes no sense. */
  static Optional<InterfaceAddress> decode(ByteBuffer payload) {
    if (payload.limit() < NetlinkFormat.ADDRESS_BYTES) {
      return Optional.empty();
    }
    Attributes attributes = Attributes.parse(payload, NetlinkFormat.ADDRESS_BYTES);
    int family = payload.get(0);
    int bits = Byte.toUnsignedInt(payload.get(1));
    int flags =
        attributes.number(NetlinkFormat.IFA_FLAGS).orElse(Byte.toUnsignedInt(payload.get(2)));
    int index = payload.getInt(4);
    return attributes
        .address(NetlinkFormat.IFA_LOCAL)
        .or(() -> attributes.address(NetlinkFormat.IFA_ADDRESS))
        .filter(address -> address.isV4() == (family == NetlinkFormat.AF_INET))
        .filter(address -> bits <= address.bitLength())
        .map(address -> new InterfaceAddress(index, address, bits, flags));
  }

  /** The prefix that is on link. */
  public IpPrefix prefix() {
    return IpPrefix.of(address, bits);
  }

  /** An IPv6 address that is still being checked for duplicates and cannot be used yet. */
  public boolean isTentative() {
    return (flags & NetlinkFormat.IFA_F_TENTATIVE) != 0;
  }

  /** An IPv6 address not to be used for new connections. */
  public boolean isDeprecated() {
    return (flags & NetlinkFormat.IFA_F_DEPRECATED) != 0;
  }

  /** An IPv6 privacy address, or a second IPv4 address of a prefix. */
  public boolean isTemporary() {
    return (flags & NetlinkFormat.IFA_F_TEMPORARY) != 0;
  }

  @Override
  public String toString() {
    return address + "/" + bits + " on interface " + interfaceIndex;
  }
}
