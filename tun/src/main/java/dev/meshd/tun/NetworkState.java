package dev.meshd.tun;

import dev.meshd.linux.netlink.InterfaceAddress;
import dev.meshd.linux.netlink.Link;
import dev.meshd.linux.netlink.Route;
import dev.meshd.linux.netlink.RouteNetlink;
import dev.meshd.packet.IpAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The host's underlay at one moment: its interfaces other than ours, their addresses, and where
 * packets to the internet leave. Two states are equal when nothing that matters to a path changed;
 * lifetimes of addresses and counters are not in it. Immutable.
 *
 * @param interfaces sorted by name
 * @param defaultV4 the default route of IPv4 with the smallest metric
 * @param defaultV6 the same of IPv6
 */
public record NetworkState(
    List<Interface> interfaces,
    Optional<DefaultRoute> defaultV4,
    Optional<DefaultRoute> defaultV6) {

  public NetworkState {
    interfaces = List.copyOf(interfaces);
  }

  /**
   * One interface.
   *
   * @param usable up and with a carrier
   * @param addresses sorted; without those that are still being checked for duplicates
   */
  public record Interface(
      String name, boolean usable, boolean loopback, List<AssignedAddress> addresses) {
    public Interface {
      addresses = List.copyOf(addresses);
    }
  }

  /** Where packets to the internet leave. */
  public record DefaultRoute(String interfaceName, Optional<IpAddress> gateway) {}

  /**
   * Reads the present state.
   *
   * @param ownInterface the name of our TUN interface, which is left out
   */
  public static NetworkState read(RouteNetlink netlink, String ownInterface) {
    List<Link> links =
        netlink.links().stream().filter(link -> !link.name().equals(ownInterface)).toList();
    List<Route> routes = netlink.routes();
    return of(links, netlink.addresses(), routes);
  }

  static NetworkState of(List<Link> links, List<InterfaceAddress> addresses, List<Route> routes) {
    List<Interface> interfaces = new ArrayList<>();
    for (Link link : links) {
      List<AssignedAddress> own = new ArrayList<>();
      for (InterfaceAddress address : addresses) {
        if (address.interfaceIndex() == link.index() && !address.isTentative()) {
          own.add(new AssignedAddress(address.address(), address.bits()));
        }
      }
      own.sort(Comparator.comparing(AssignedAddress::address));
      interfaces.add(new Interface(link.name(), link.isRunning(), link.isLoopback(), own));
    }
    interfaces.sort(Comparator.comparing(Interface::name));
    return new NetworkState(
        interfaces, defaultRoute(links, routes, true), defaultRoute(links, routes, false));
  }

  private static Optional<DefaultRoute> defaultRoute(
      List<Link> links, List<Route> routes, boolean v4) {
    List<Route> candidates = new ArrayList<>();
    for (Route route : routes) {
      if (route.isDefault()
          && route.table() == Route.MAIN_TABLE
          && route.destination().isV4() == v4) {
        candidates.add(route);
      }
    }
    candidates.sort(Comparator.comparingInt(Route::metric));
    for (Route route : candidates) {
      for (Link link : links) {
        if (link.index() == route.interfaceIndex()) {
          return Optional.of(new DefaultRoute(link.name(), route.gateway()));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Whether paths to peers that were found in {@code before} may no longer hold: packets leave
   * elsewhere, or addresses they left from came or went. An interface without a carrier, or a new
   * link-local address, disturbs nobody.
   */
  public boolean disturbsPathsOf(NetworkState before) {
    return !defaultV4.equals(before.defaultV4)
        || !defaultV6.equals(before.defaultV6)
        || !sourceAddresses().equals(before.sourceAddresses());
  }

  /** The addresses that packets to other machines can leave from. */
  private Set<IpAddress> sourceAddresses() {
    Set<IpAddress> sources = new HashSet<>();
    for (Interface candidate : interfaces) {
      if (candidate.usable() && !candidate.loopback()) {
        candidate.addresses().forEach(assigned -> sources.add(assigned.address()));
      }
    }
    sources.removeIf(IpAddress::isLinkLocal);
    return sources;
  }

  /** Neither interfaces nor routes. */
  public static NetworkState none() {
    return new NetworkState(Collections.emptyList(), Optional.empty(), Optional.empty());
  }
}
