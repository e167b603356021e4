package dev.meshd.magicsock.endpoint;

import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Picks the interface addresses that a peer might reach us by.
 *
 * <ul>
 *   <li>Interfaces that are down, and those of other mesh VPNs, are passed over.
 *   <li>Overlay addresses are passed over: a tunnel inside itself would loop.
 *   <li>IPv6 link-local needs a zone that nothing carries; never.
 *   <li>IPv4 link-local and unique-local IPv6 only when there is nothing regular.
 *   <li>Of regular IPv6, two per subnet and interface: privacy addresses can be many.
 *   <li>Loopback is kept aside for nodes that have nothing else.
 * </ul>
 *
 * <p>Stateless. Source: tailscale: net/netmon/state.go.
 */
public final class LocalAddressRules {

  /**
   * What was picked.
   *
   * @param addresses in the system's order, IPv4 first
   * @param loopback to be told only if there is no other endpoint of any kind
   */
  public record Selection(List<IpAddress> addresses, List<IpAddress> loopback) {
    public Selection {
      addresses = List.copyOf(addresses);
      loopback = List.copyOf(loopback);
    }
  }

  private static final IpPrefix OVERLAY_V4 = IpPrefix.parse("100.64.0.0/10");
  private static final IpPrefix CHROME_OS_VM = IpPrefix.parse("100.115.92.0/23");
  private static final IpPrefix OVERLAY_V6 = IpPrefix.parse("fd7a:115c:a1e0::/48");
  private static final IpPrefix UNIQUE_LOCAL = IpPrefix.parse("fc00::/7");
  private static final int MAX_V6_PER_SUBNET = 2;

  private record Subnet(String interfaceName, IpPrefix prefix) {}

  private LocalAddressRules() {}

  /** Applies the rules to every address of every interface. */
  public static Selection select(List<LocalAddress> all) {
    List<IpAddress> regularV4 = new ArrayList<>();
    List<IpAddress> regularV6 = new ArrayList<>();
    List<IpAddress> lastResort = new ArrayList<>();
    List<IpAddress> loopback = new ArrayList<>();
    Map<Subnet, Integer> perSubnet = new HashMap<>();
    for (LocalAddress local : all) {
      IpAddress address = local.address().unmapped();
      if (!local.interfaceUp() || isForeignMesh(local.interfaceName()) || isOverlay(address)) {
        continue;
      }
      if (local.loopbackInterface() || address.isLoopback()) {
        loopback.add(address);
      } else if (address.isV4()) {
        (address.isLinkLocal() ? lastResort : regularV4).add(address);
      } else if (UNIQUE_LOCAL.contains(address)) {
        lastResort.add(address);
      } else if (!address.isLinkLocal()) {
        Subnet subnet = new Subnet(local.interfaceName(), IpPrefix.of(address, local.prefixBits()));
        if (perSubnet.merge(subnet, 1, Integer::sum) <= MAX_V6_PER_SUBNET) {
          regularV6.add(address);
        }
      }
    }
    if (regularV4.isEmpty() && regularV6.isEmpty()) {
      return new Selection(lastResort, loopback);
    }
    regularV4.addAll(regularV6);
    return new Selection(regularV4, loopback);
  }

  private static boolean isForeignMesh(String interfaceName) {
    return interfaceName.startsWith("zt") || interfaceName.equals("wt0");
  }

  private static boolean isOverlay(IpAddress address) {
    return address.isV4()
        ? OVERLAY_V4.contains(address) && !CHROME_OS_VM.contains(address)
        : OVERLAY_V6.contains(address);
  }
}
