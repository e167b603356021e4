package dev.meshd.linux.netlink;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A network interface.
 *
 * @param index the kernel's number for it, never reused while the machine runs
 * @param flags IFF bits
 * @param kind what made it ("tun", "veth", "bridge", …), empty for hardware
 */
public record Link(int index, String name, int mtu, int flags, String kind) {
  /** From the payload of an RTM_NEWLINK or RTM_DELLINK; empty if it makes no sense. */
  static Optional<Link> decode(ByteBuffer payload) {
    if (payload.limit() < NetlinkFormat.LINK_BYTES) {
      return Optional.empty();
    }
    Attributes attributes = Attributes.parse(payload, NetlinkFormat.LINK_BYTES);
    int index = payload.getInt(4);
    int flags = payload.getInt(8);
    String kind =
        attributes
            .nested(NetlinkFormat.IFLA_LINKINFO)
            .text(NetlinkFormat.IFLA_INFO_KIND)
            .orElse("");
    int mtu = attributes.number(NetlinkFormat.IFLA_MTU).orElse(0);
    return attributes
        .text(NetlinkFormat.IFLA_IFNAME)
        .map(name -> new Link(index, name, mtu, flags, kind));
  }

  /** Switched on by the administrator. */
  public boolean isUp() {
    return (flags & NetlinkFormat.IFF_UP) != 0;
  }

  /** Up and with a carrier. */
  public boolean isRunning() {
    return isUp() && (flags & NetlinkFormat.IFF_RUNNING) != 0;
  }

  public boolean isLoopback() {
    return (flags & NetlinkFormat.IFF_LOOPBACK) != 0;
  }
}
