package dev.meshd.linux.netlink;

import dev.meshd.linux.Errno;
import dev.meshd.linux.Fd;
import dev.meshd.linux.LinuxException;
import dev.meshd.linux.NetlinkSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Hears of every change to interfaces, addresses and routes. Needs no rights.
 *
 * <p>Owned by the thread that reads; {@link #close} may come from another. To wait together with
 * other descriptors, put {@link #fd} into a poller and read with a timeout of 0.
 */
public final class NetlinkMonitor implements AutoCloseable {
  private static final int GROUPS =
      NetlinkFormat.RTMGRP_LINK
          | NetlinkFormat.RTMGRP_IPV4_IFADDR
          | NetlinkFormat.RTMGRP_IPV6_IFADDR
          | NetlinkFormat.RTMGRP_IPV4_ROUTE
          | NetlinkFormat.RTMGRP_IPV6_ROUTE;

  private final NetlinkSocket socket;

  private NetlinkMonitor(NetlinkSocket socket) {
    this.socket = socket;
  }

  public static NetlinkMonitor open() {
    return new NetlinkMonitor(NetlinkSocket.open(GROUPS));
  }

  public Fd fd() {
    return socket.fd();
  }

  /** Waits at most {@code timeoutNs} and returns what one datagram announced; empty on timeout. */
  public List<NetlinkEvent> read(long timeoutNs) {
    try {
      return socket.receive(timeoutNs).map(NetlinkMonitor::decode).orElse(List.of());
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOBUFS) {
        return List.of(new NetlinkEvent.Overrun());
      }
      throw e;
    }
  }

  /** The events in a datagram; messages of other kinds are passed over. */
  static List<NetlinkEvent> decode(ByteBuffer datagram) {
    List<NetlinkEvent> events = new ArrayList<>();
    for (NetlinkMessage message : NetlinkMessage.split(datagram)) {
      decode(message).ifPresent(events::add);
    }
    return events;
  }

  private static Optional<NetlinkEvent> decode(NetlinkMessage message) {
    ByteBuffer body = message.body();
    return switch (message.type()) {
      case NetlinkFormat.RTM_NEWLINK -> Link.decode(body).map(NetlinkEvent.LinkChanged::new);
      case NetlinkFormat.RTM_DELLINK -> Link.decode(body).map(NetlinkEvent.LinkRemoved::new);
      case NetlinkFormat.RTM_NEWADDR ->
          InterfaceAddress.decode(body).map(NetlinkEvent.AddressAdded::new);
      case NetlinkFormat.RTM_DELADDR ->
          InterfaceAddress.decode(body).map(NetlinkEvent.AddressRemoved::new);
      case NetlinkFormat.RTM_NEWROUTE -> Route.decode(body).map(NetlinkEvent.RouteAdded::new);
      case NetlinkFormat.RTM_DELROUTE -> Route.decode(body).map(NetlinkEvent.RouteRemoved::new);
      default -> Optional.empty();
    };
  }

  @Override
  public void close() {
    socket.close();
  }
}
