package dev.meshd.tun;

import dev.meshd.packet.IpPrefix;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What has to be done to an interface to make it look as configured. Computed without the kernel;
 * immutable.
 */
record InterfaceChanges(
    List<AssignedAddress> addressesToAdd,
    List<AssignedAddress> addressesToRemove,
    List<IpPrefix> routesToAdd,
    List<IpPrefix> routesToRemove) {

  /**
   * Compares desired and actual state. IPv6 is left out altogether where the host does not have it.
   *
   * @param actualAddresses what is on the interface
   * @param ownAddresses which of those may be removed, because we put them there
   * @param actualRoutes our routes through the interface, and nobody else's
   */
  static InterfaceChanges between(
      InterfaceConfig desired,
      Set<AssignedAddress> actualAddresses,
      Set<AssignedAddress> ownAddresses,
      Set<IpPrefix> actualRoutes,
      boolean ipv6Usable) {
    List<AssignedAddress> wantedAddresses =
        desired.addresses().stream().filter(a -> a.address().isV4() || ipv6Usable).toList();
    List<IpPrefix> wantedRoutes =
        desired.routes().stream().filter(route -> route.isV4() || ipv6Usable).toList();
    return new InterfaceChanges(
        wantedAddresses.stream().filter(a -> !actualAddresses.contains(a)).toList(),
        ownAddresses.stream()
            .filter(a -> actualAddresses.contains(a) && !wantedAddresses.contains(a))
            .toList(),
        missing(wantedRoutes, actualRoutes),
        missing(actualRoutes, Set.copyOf(wantedRoutes)));
  }

  private static List<IpPrefix> missing(Collection<IpPrefix> from, Set<IpPrefix> in) {
    TreeSet<IpPrefix> sorted = new TreeSet<>(from);
    sorted.removeAll(in);
    return List.copyOf(sorted);
  }

  boolean isEmpty() {
    return addressesToAdd.isEmpty()
        && addressesToRemove.isEmpty()
        && routesToAdd.isEmpty()
        && routesToRemove.isEmpty();
  }
}
