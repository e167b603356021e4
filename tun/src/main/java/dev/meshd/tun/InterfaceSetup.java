package dev.meshd.tun;

import dev.meshd.linux.LinuxException;
import dev.meshd.linux.netlink.InterfaceAddress;
import dev.meshd.linux.netlink.Route;
import dev.meshd.linux.netlink.RouteNetlink;
import dev.meshd.packet.IpPrefix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps the addresses and routes of one interface as configured: compares what shall be with what
 * is, adds what is missing and then removes what is ours and no longer wanted. Others' addresses
 * and routes are left alone.
 *
 * <p>Our routes carry their own protocol number, {@value #ROUTE_PROTOCOL}, by which they are told
 * from others'; our addresses are those this object added and those in the overlay's ranges, which
 * may be left from an earlier process. New entries are added before old ones go, so that a change
 * interrupts nothing. A step that fails does not keep the others from being tried.
 *
 * <p>Thread-safe: one change at a time.
 */
public final class InterfaceSetup implements AutoCloseable {
  /** Marks our routes in the kernel's tables; no routing daemon is registered for it. */
  public static final int ROUTE_PROTOCOL = 109;

  private static final List<IpPrefix> OVERLAY_RANGES =
      List.of(IpPrefix.parse("100.64.0.0/10"), IpPrefix.parse("fd7a:115c:a1e0::/48"));

  private final RouteNetlink netlink = RouteNetlink.open();
  private final String name;
  private final int index;
  private final Set<AssignedAddress> added = new HashSet<>();

  public InterfaceSetup(TunDevice device) {
    this(device.name(), device.index());
  }

  InterfaceSetup(String name, int index) {
    this.name = name;
    this.index = index;
  }

  /**
   * Switches the interface on and makes it look as configured.
   *
   * @throws TunException after everything was tried, if a part of it failed; calling again retries
   *     only what is missing
   */
  public synchronized void apply(InterfaceConfig desired) {
    List<LinuxException> failures = new ArrayList<>();
    attempt(failures, () -> netlink.setUp(index, true));
    InterfaceChanges changes = changes(desired);
    for (AssignedAddress address : changes.addressesToAdd()) {
      attempt(
          failures,
          () -> {
            netlink.addAddress(index, address.address(), address.bits());
            added.add(address);
          });
    }
    for (IpPrefix route : changes.routesToAdd()) {
      attempt(failures, () -> netlink.replaceRoute(route(route)));
    }
    for (IpPrefix route : changes.routesToRemove()) {
      attempt(failures, () -> netlink.deleteRoute(route(route)));
    }
    for (AssignedAddress address : changes.addressesToRemove()) {
      attempt(
          failures,
          () -> {
            netlink.deleteAddress(index, address.address(), address.bits());
            added.remove(address);
          });
    }
    if (!failures.isEmpty()) {
      String all =
          failures.stream().map(LinuxException::sentence).collect(Collectors.joining("; "));
      throw new TunException("configuring " + name + ": " + all, failures.getFirst());
    }
  }

  /** Sets the largest packet the interface carries. */
  public void setMtu(int mtu) {
    netlink.setMtu(index, mtu);
  }

  /** Switches the interface off, which also removes its routes. */
  public void setDown() {
    netlink.setUp(index, false);
  }

  private InterfaceChanges changes(InterfaceConfig desired) {
    Set<AssignedAddress> actual = new HashSet<>();
    Set<AssignedAddress> own = new HashSet<>(added);
    for (InterfaceAddress entry : netlink.addresses()) {
      if (entry.interfaceIndex() == index) {
        AssignedAddress address = new AssignedAddress(entry.address(), entry.bits());
        actual.add(address);
        if (OVERLAY_RANGES.stream().anyMatch(range -> range.contains(entry.address()))) {
          own.add(address);
        }
      }
    }
    Set<IpPrefix> routes =
        netlink.routes().stream()
            .filter(route -> route.interfaceIndex() == index)
            .filter(route -> route.protocol() == ROUTE_PROTOCOL)
            .map(Route::destination)
            .collect(Collectors.toSet());
    return InterfaceChanges.between(desired, actual, own, routes, isIpv6Usable());
  }

  private Route route(IpPrefix destination) {
    return Route.onLink(destination, index, ROUTE_PROTOCOL);
  }

  /** Whether the kernel has IPv6 and it is not switched off for this interface. */
  private boolean isIpv6Usable() {
    Path switchFile = Path.of("/proc/sys/net/ipv6/conf", name, "disable_ipv6");
    try {
      return Files.readString(switchFile).strip().equals("0");
    } catch (java.nio.file.NoSuchFileException e) {
      return false;
    } catch (java.io.IOException e) {
      return true; // not readable in some containers, where IPv6 may well work
    }
  }

  private static void attempt(List<LinuxException> failures, Runnable step) {
    try {
      step.run();
    } catch (LinuxException e) {
      failures.add(e);
    }
  }

  @Override
  public void close() {
    netlink.close();
  }
}
