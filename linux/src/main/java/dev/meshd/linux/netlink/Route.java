package dev.meshd.linux.netlink;

import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A route of the host.
 *
 * @param interfaceIndex where packets leave, 0 for route types without an interface
 * @param gateway the next hop; absent when the destination is on link
 * @param preferredSource the address that local programs send from; absent for the kernel's choice
 * @param table {@link #MAIN_TABLE} or another
 * @param protocol who made the route, such as {@link #PROTOCOL_KERNEL}
 * @param metric smaller wins among routes to one destination; 0 for none (IPv6 shows 1024)
 * @param type {@link #UNICAST} or another RTN number
 */
public record Route(
    IpPrefix destination,
    int interfaceIndex,
    Optional<IpAddress> gateway,
    Optional<IpAddress> preferredSource,
    int table,
    int protocol,
    int metric,
    int type) {
  public static final int MAIN_TABLE = 254;
  public static final int LOCAL_TABLE = 255;

  public static final int PROTOCOL_KERNEL = 2;
  public static final int PROTOCOL_STATIC = 4;

  public static final int UNICAST = 1;

  /** A plain route in the main table to a destination on link. */
  public static Route onLink(IpPrefix destination, int interfaceIndex, int protocol) {
    return new Route(
        destination,
        interfaceIndex,
        Optional.empty(),
        Optional.empty(),
        MAIN_TABLE,
        protocol,
        0,
        UNICAST);
  }

  public Route withTable(int newTable) {
    return new Route(
        destination, interfaceIndex, gateway, preferredSource, newTable, protocol, metric, type);
  }

  public Route withMetric(int newMetric) {
    return new Route(
        destination, interfaceIndex, gateway, preferredSource, table, protocol, newMetric, type);
  }

  public Route withGateway(IpAddress newGateway) {
    return new Route(
        destination,
        interfaceIndex,
        Optional.of(newGateway),
        preferredSource,
        table,
        protocol,
        metric,
        type);
  }

  /**
   * From the payload of an RTM_NEWROUTE or RTM_DELROUTE; empty if it makes no sense, is of another
   * family, or is a cache entry. Of a multipath route only what the main part says is read.
   */
  static Optional<Route> decode(ByteBuffer payload) {
    if (payload.limit() < NetlinkFormat.ROUTE_BYTES
        || (payload.getInt(8) & NetlinkFormat.RTM_F_CLONED) != 0) {
      return Optional.empty();
    }
    int family = payload.get(0);
    if (family != NetlinkFormat.AF_INET && family != NetlinkFormat.AF_INET6) {
      return Optional.empty();
    }
    Attributes attributes = Attributes.parse(payload, NetlinkFormat.ROUTE_BYTES);
    int bits = Byte.toUnsignedInt(payload.get(1));
    IpAddress any =
        family == NetlinkFormat.AF_INET ? IpAddress.unspecifiedV4() : IpAddress.unspecifiedV6();
    IpAddress destination = attributes.address(NetlinkFormat.RTA_DST).orElse(any);
    if (destination.isV4() != any.isV4() || bits > destination.bitLength()) {
      return Optional.empty();
    }
    return Optional.of(
        new Route(
            IpPrefix.of(destination, bits),
            attributes.number(NetlinkFormat.RTA_OIF).orElse(0),
            attributes.address(NetlinkFormat.RTA_GATEWAY),
            attributes.address(NetlinkFormat.RTA_PREFSRC),
            attributes.number(NetlinkFormat.RTA_TABLE).orElse(Byte.toUnsignedInt(payload.get(4))),
            Byte.toUnsignedInt(payload.get(5)),
            attributes.number(NetlinkFormat.RTA_PRIORITY).orElse(0),
            Byte.toUnsignedInt(payload.get(7))));
  }

  /** Whether packets to anywhere leave by it. */
  public boolean isDefault() {
    return destination.isDefaultRoute() && type == UNICAST;
  }
}
