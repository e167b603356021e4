package dev.meshd.tun;

import dev.meshd.packet.IpPrefix;
import java.util.Set;

/**
 * What an interface of ours shall look like. Immutable.
 *
 * @param addresses its own addresses
 * @param routes destinations that shall be reached through it
 */
public record InterfaceConfig(Set<AssignedAddress> addresses, Set<IpPrefix> routes) {
  /** No addresses and no routes. */
  public static final InterfaceConfig EMPTY = new InterfaceConfig(Set.of(), Set.of());

  public InterfaceConfig {
    addresses = Set.copyOf(addresses);
    routes = Set.copyOf(routes);
  }
}
