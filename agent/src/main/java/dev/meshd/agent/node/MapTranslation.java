package dev.meshd.agent.node;

import dev.meshd.agent.localapi.Prefs;
import dev.meshd.control.model.DERPHomeParams;
import dev.meshd.control.model.DERPMap;
import dev.meshd.control.model.DERPNode;
import dev.meshd.control.model.DERPRegion;
import dev.meshd.control.model.Node;
import dev.meshd.control.session.Netmap;
import dev.meshd.derp.DerpMap;
import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import dev.meshd.engine.MeshPeer;
import dev.meshd.engine.NetworkMap;
import dev.meshd.engine.filter.FilterPolicy;
import dev.meshd.engine.filter.FilterRule;
import dev.meshd.packet.IpPrefix;
import dev.meshd.tun.AssignedAddress;
import dev.meshd.tun.InterfaceConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Says what the coordination server's map means for this node's engine, packet filter and
 * interface. Stateless: the same map, prefs and time give the same answer.
 */
public final class MapTranslation {
  private static final IpPrefix DEFAULT_V4 = IpPrefix.parse("0.0.0.0/0");
  private static final IpPrefix DEFAULT_V6 = IpPrefix.parse("::/0");

  private MapTranslation() {}

  /** The whole map for the engine. */
  static NetworkMap networkMap(Netmap map, Prefs prefs, Instant now) {
    List<MeshPeer> peers =
        map.peers().values().stream().map(peer -> peer(map, peer, prefs, now)).toList();
    return new NetworkMap(map.self().addresses(), peers, relays(map.derpMap()));
  }

  /** One peer for the engine. */
  static MeshPeer peer(Netmap map, Node node, Prefs prefs, Instant now) {
    return new MeshPeer(
        node.id(),
        node.key(),
        node.discoKey(),
        node.addresses(),
        acceptedRoutes(node, prefs),
        node.endpoints(),
        node.homeRegion(),
        node.expiredAt(now.plus(map.serverAhead())));
  }

  /**
   * What of a peer's allowed IPs counts here: its own addresses always, subnets if the user accepts
   * routes, default routes only of a chosen exit node.
   */
  static List<IpPrefix> acceptedRoutes(Node node, Prefs prefs) {
    return node.effectiveAllowedIps().stream()
        .filter(
            prefix -> node.addresses().contains(prefix) || (prefs.routeAll() && !isDefault(prefix)))
        .toList();
  }

  private static boolean isDefault(IpPrefix prefix) {
    return prefix.equals(DEFAULT_V4) || prefix.equals(DEFAULT_V6);
  }

  /** Addresses and routes of the interface. */
  static InterfaceConfig interfaceConfig(Netmap map, Prefs prefs, Instant now) {
    Set<AssignedAddress> addresses = new HashSet<>();
    map.self()
        .addresses()
        .forEach(prefix -> addresses.add(AssignedAddress.single(prefix.address())));
    Set<IpPrefix> routes = new HashSet<>();
    for (Node peer : map.usablePeers(now)) {
      routes.addAll(acceptedRoutes(peer, prefs));
    }
    routes.removeAll(map.self().addresses());
    return new InterfaceConfig(addresses, routes);
  }

  /** The inbound filter. */
  static FilterPolicy filter(Netmap map, Prefs prefs) {
    List<IpPrefix> local = new ArrayList<>(map.self().addresses());
    prefs
        .advertiseRoutes()
        .forEach(
            route -> IpPrefix.tryParse(route).filter(p -> !isDefault(p)).ifPresent(local::add));
    Map<String, List<IpPrefix>> holders = new HashMap<>();
    for (Node peer : map.peers().values()) {
      peer.capMap()
          .keySet()
          .forEach(
              cap -> holders.computeIfAbsent(cap, c -> new ArrayList<>()).addAll(peer.addresses()));
    }
    return new FilterPolicy(
        map.filter().stream().map(MapTranslation::rule).toList(),
        local,
        holders,
        prefs.shieldsUp());
  }

  private static FilterRule rule(dev.meshd.control.model.FilterRule rule) {
    boolean obsolete =
        !rule.srcBits().isEmpty()
            || rule.dstPorts().stream().anyMatch(range -> range.bits() != null);
    return new FilterRule(
        rule.srcIps(),
        rule.dstPorts().stream()
            .map(
                range ->
                    new FilterRule.Destination(
                        range.ip(), range.ports().first(), range.ports().last()))
            .toList(),
        rule.ipProto(),
        obsolete);
  }

  /** The relay map; regions and relays that make no sense are left out. */
  public static DerpMap relays(DERPMap map) {
    SortedMap<Integer, DerpRegion> regions = new TreeMap<>();
    Map<Integer, DERPRegion> known = map.regions();
    if (known != null) {
      known.values().stream()
          .filter(region -> region.regionId() >= 1 && region.regionId() <= DerpRegion.MAX_ID)
          .forEach(region -> regions.put(region.regionId(), region(region)));
    }
    DERPHomeParams home = map.homeParams();
    Map<Integer, Double> scores = home == null ? null : home.regionScore();
    return new DerpMap(regions, scores == null ? Map.of() : scores);
  }

  private static DerpRegion region(DERPRegion region) {
    return new DerpRegion(
        region.regionId(),
        region.regionCode(),
        region.regionName(),
        region.latitude(),
        region.longitude(),
        region.avoid(),
        region.noMeasureNoHome(),
        region.nodes().stream()
            .filter(node -> !node.hostName().isEmpty())
            .map(MapTranslation::node)
            .toList());
  }

  private static DerpNode node(DERPNode node) {
    return new DerpNode(
        node.name(),
        node.regionId(),
        node.hostName(),
        node.certName(),
        node.ipv4(),
        node.ipv6(),
        node.stunPort(),
        node.stunOnly(),
        node.derpPort(),
        node.insecureForTests(),
        node.stunTestIp(),
        node.canPort80());
  }
}
