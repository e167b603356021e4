package dev.meshd.testkit.sim;

import dev.meshd.crypto.NodeKey;
import dev.meshd.derp.DerpMap;
import dev.meshd.engine.MeshPeer;
import dev.meshd.engine.filter.FilterPolicy;
import dev.meshd.engine.filter.FilterRule;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one machine has been told of the network so far. Its engine must act by exactly this: so far
 * as it goes, the machine may be wrong about the network but never about what it knows. Kept on
 * disk, so it survives a crash.
 */
final class KnownMap {

  /** One message of the map stream after the first. */
  record Change(
      List<MeshPeer> changed,
      List<Long> gone,
      Optional<Set<IpAddress>> callers,
      Optional<DerpMap> relays) {

    boolean isEmpty() {
      return changed.isEmpty() && gone.isEmpty() && callers.isEmpty() && relays.isEmpty();
    }
  }

  private final Map<Long, MeshPeer> peers;
  private final MeshPeer self;
  private Set<IpAddress> callers;
  private DerpMap relays;

  KnownMap(Map<Long, MeshPeer> peers, Set<IpAddress> callers, DerpMap relays, MeshPeer self) {
    this.peers = new TreeMap<>(peers);
    this.callers = callers;
    this.relays = relays;
    this.self = self;
  }

  void apply(Change change) {
    change.gone().forEach(peers::remove);
    change.changed().forEach(peer -> peers.put(peer.id(), peer));
    callers = change.callers().orElse(callers);
    relays = change.relays().orElse(relays);
  }

  MeshPeer self() {
    return self;
  }

  DerpMap relays() {
    return relays;
  }

  Collection<MeshPeer> peers() {
    return peers.values();
  }

  /** The peer that holds a key and may use it. */
  Optional<MeshPeer> usable(NodeKey key) {
    return peers.values().stream()
        .filter(peer -> peer.key().equals(key) && !peer.expired())
        .findFirst();
  }

  /** Whom an address belongs to. */
  Optional<MeshPeer> owner(IpAddress address) {
    return peers.values().stream()
        .filter(peer -> peer.addresses().contains(IpPrefix.single(address)))
        .findFirst();
  }

  boolean mayCall(IpAddress source) {
    return callers.contains(source);
  }

  /** The packet filter that the server would word so. */
  FilterPolicy policy() {
    List<String> sources = new ArrayList<>();
    callers.stream().sorted().forEach(address -> sources.add(address.toString()));
    FilterRule rule =
        new FilterRule(sources, List.of(FilterRule.Destination.allPorts("*")), List.of(), false);
    return new FilterPolicy(List.of(rule), self.addresses(), Map.of(), false);
  }
}
