package dev.meshd.linux.netlink;

import dev.meshd.linux.Errno;
import dev.meshd.linux.LinuxException;
import dev.meshd.linux.NetlinkSocket;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads and changes interfaces, addresses and routes. Every change waits for the kernel's
 * acknowledgment, so when a method returns, the change is in effect.
 *
 * <p>Changes need CAP_NET_ADMIN (EPERM otherwise) and are idempotent: adding what is there and
 * deleting what is not both succeed. Thread-safe: one request at a time.
 */
public final class RouteNetlink implements AutoCloseable {
  private static final long REPLY_TIMEOUT_NS = 5_000_000_000L;
  private static final int MAX_DUMP_ATTEMPTS = 5;
  private static final int ACK = NetlinkFormat.NLM_F_ACK;
  private static final int CREATE_OR_REPLACE =
      ACK | NetlinkFormat.NLM_F_CREATE | NetlinkFormat.NLM_F_REPLACE;

  private final NetlinkSocket socket;
  private int sequence;

  private RouteNetlink(NetlinkSocket socket) {
    this.socket = socket;
  }

  public static RouteNetlink open() {
    return new RouteNetlink(NetlinkSocket.open(0));
  }

  public List<Link> links() {
    NetlinkRequest request = dump("list interfaces", NetlinkFormat.RTM_GETLINK);
    return list(request.linkPart(0, 0, 0), NetlinkFormat.RTM_NEWLINK, Link::decode);
  }

  public Optional<Link> link(String name) {
    NetlinkRequest request =
        new NetlinkRequest("look up interface " + name, NetlinkFormat.RTM_GETLINK, ACK);
    return link(request.linkPart(0, 0, 0).attribute(NetlinkFormat.IFLA_IFNAME, name));
  }

  public Optional<Link> link(int index) {
    NetlinkRequest request =
        new NetlinkRequest("look up interface " + index, NetlinkFormat.RTM_GETLINK, ACK);
    return link(request.linkPart(index, 0, 0));
  }

  private Optional<Link> link(NetlinkRequest request) {
    List<Link> found = new ArrayList<>();
    int errno =
        exchange(
            request,
            message -> {
              if (message.type() == NetlinkFormat.RTM_NEWLINK) {
                Link.decode(message.body()).ifPresent(found::add);
              }
            });
    throwUnless(request, errno, Errno.ENODEV);
    return found.stream().findFirst();
  }

  public void setUp(int index, boolean up) {
    int flags = up ? NetlinkFormat.IFF_UP : 0;
    String attempt = "switch interface " + index + (up ? " on" : " off");
    change(
        new NetlinkRequest(attempt, NetlinkFormat.RTM_NEWLINK, ACK)
            .linkPart(index, flags, NetlinkFormat.IFF_UP));
  }

  public void setMtu(int index, int mtu) {
    String attempt = "set the MTU of interface " + index + " to " + mtu;
    change(
        new NetlinkRequest(attempt, NetlinkFormat.RTM_NEWLINK, ACK)
            .linkPart(index, 0, 0)
            .attribute(NetlinkFormat.IFLA_MTU, mtu));
  }

  public void deleteLink(int index) {
    change(
        new NetlinkRequest("delete interface " + index, NetlinkFormat.RTM_DELLINK, ACK)
            .linkPart(index, 0, 0),
        Errno.ENODEV);
  }

  public List<InterfaceAddress> addresses() {
    NetlinkRequest request = dump("list addresses", NetlinkFormat.RTM_GETADDR);
    return list(
        request.addressPart(NetlinkFormat.AF_UNSPEC, 0, 0),
        NetlinkFormat.RTM_NEWADDR,
        InterfaceAddress::decode);
  }

  /** Adds an address; it is usable at once, without the IPv6 check for duplicates. */
  public void addAddress(int interfaceIndex, IpAddress address, int bits) {
    String attempt = "add address " + address + "/" + bits;
    change(
        addressRequest(attempt, NetlinkFormat.RTM_NEWADDR, CREATE_OR_REPLACE, address, bits)
            .addressPart(family(address), bits, interfaceIndex)
            .attribute(NetlinkFormat.IFA_LOCAL, address)
            .attribute(NetlinkFormat.IFA_ADDRESS, address)
            .attribute(NetlinkFormat.IFA_FLAGS, NetlinkFormat.IFA_F_NODAD),
        Errno.EEXIST);
  }

  public void deleteAddress(int interfaceIndex, IpAddress address, int bits) {
    String attempt = "delete address " + address + "/" + bits;
    change(
        addressRequest(attempt, NetlinkFormat.RTM_DELADDR, ACK, address, bits)
            .addressPart(family(address), bits, interfaceIndex)
            .attribute(NetlinkFormat.IFA_LOCAL, address)
            .attribute(NetlinkFormat.IFA_ADDRESS, address),
        Errno.EADDRNOTAVAIL);
  }

  private static NetlinkRequest addressRequest(
      String attempt, int type, int flags, IpAddress address, int bits) {
    if (bits < 0 || bits > address.bitLength()) {
      throw new IllegalArgumentException("prefix length out of range: " + address + "/" + bits);
    }
    return new NetlinkRequest(attempt, type, flags);
  }

  /** All routes of both families in all tables, without cache entries. */
  public List<Route> routes() {
    NetlinkRequest request = dump("list routes", NetlinkFormat.RTM_GETROUTE);
    return list(
        request.routePart(NetlinkFormat.AF_UNSPEC, 0, 0, 0, 0, 0),
        NetlinkFormat.RTM_NEWROUTE,
        Route::decode);
  }

  /** Adds a route, in place of one with the same destination, table and metric. */
  public void replaceRoute(Route route) {
    boolean onLinkV4 = route.destination().isV4() && route.gateway().isEmpty();
    int scope = onLinkV4 ? NetlinkFormat.RT_SCOPE_LINK : NetlinkFormat.RT_SCOPE_UNIVERSE;
    change(
        routeRequest(
            "add route " + route.destination(),
            NetlinkFormat.RTM_NEWROUTE,
            CREATE_OR_REPLACE,
            route,
            scope),
        Errno.EEXIST);
  }

  public void deleteRoute(Route route) {
    change(
        routeRequest(
            "delete route " + route.destination(),
            NetlinkFormat.RTM_DELROUTE,
            ACK,
            route,
            NetlinkFormat.RT_SCOPE_NOWHERE),
        Errno.ESRCH);
  }

  private static NetlinkRequest routeRequest(
      String attempt, int type, int flags, Route route, int scope) {
    IpPrefix to = route.destination();
    NetlinkRequest request =
        new NetlinkRequest(attempt, type, flags)
            .routePart(
                family(to.address()),
                to.bits(),
                route.table(),
                route.protocol(),
                scope,
                route.type())
            .attribute(NetlinkFormat.RTA_DST, to.address())
            .attribute(NetlinkFormat.RTA_TABLE, route.table());
    if (route.interfaceIndex() != 0) {
      request.attribute(NetlinkFormat.RTA_OIF, route.interfaceIndex());
    }
    if (route.metric() != 0) {
      request.attribute(NetlinkFormat.RTA_PRIORITY, route.metric());
    }
    route.gateway().ifPresent(gateway -> request.attribute(NetlinkFormat.RTA_GATEWAY, gateway));
    route
        .preferredSource()
        .ifPresent(source -> request.attribute(NetlinkFormat.RTA_PREFSRC, source));
    return request;
  }

  private static int family(IpAddress address) {
    return address.isV4() ? NetlinkFormat.AF_INET : NetlinkFormat.AF_INET6;
  }

  private static NetlinkRequest dump(String attempt, int type) {
    return new NetlinkRequest(attempt, type, NetlinkFormat.NLM_F_DUMP);
  }

  /** Runs a dump, again when the tables changed under it. */
  private <T> List<T> list(
      NetlinkRequest request, int type, Function<ByteBuffer, Optional<T>> decode) {
    for (int attempt = 1; ; attempt++) {
      List<T> found = new ArrayList<>();
      boolean[] interrupted = {false};
      int errno =
          exchange(
              request,
              message -> {
                interrupted[0] |= message.isDumpInterrupted();
                if (message.type() == type) {
                  decode.apply(message.body()).ifPresent(found::add);
                }
              });
      throwUnless(request, errno);
      if (!interrupted[0] || attempt == MAX_DUMP_ATTEMPTS) {
        return found;
      }
    }
  }

  private void change(NetlinkRequest request, int... harmless) {
    throwUnless(request, exchange(request, message -> {}), harmless);
  }

  private static void throwUnless(NetlinkRequest request, int errno, int... harmless) {
    for (int expected : harmless) {
      if (errno == expected) {
        return;
      }
    }
    if (errno != 0) {
      throw new LinuxException(request.attempt(), errno);
    }
  }

  private interface MessageSink {
    void onMessage(NetlinkMessage message);
  }

  /** Sends a request and reads until its acknowledgment or the end of its dump. */
  private synchronized int exchange(NetlinkRequest request, MessageSink sink) {
    int expected = ++sequence;
    socket.send(request.finish(expected));
    while (true) {
      ByteBuffer datagram =
          socket
              .receive(REPLY_TIMEOUT_NS)
              .orElseThrow(() -> new LinuxException(request.attempt(), Errno.ETIMEDOUT));
      for (NetlinkMessage message : NetlinkMessage.split(datagram)) {
        if (message.sequence() != expected) {
          continue; // the answer to a request that timed out
        }
        if (message.type() == NetlinkFormat.NLMSG_ERROR
            || message.type() == NetlinkFormat.NLMSG_DONE) {
          return message.errno();
        }
        sink.onMessage(message);
      }
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
