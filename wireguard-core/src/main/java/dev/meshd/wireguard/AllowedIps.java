package dev.meshd.wireguard;

import dev.meshd.packet.IpPrefix;
import dev.meshd.packet.PrefixTrie;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which peer may use which addresses, for both questions: where a packet to an address goes, and
 * whether a packet from an address may come from the peer that sent it. The longest prefix over all
 * peers decides, so nobody can use an address that is more specifically another's.
 *
 * <p>A prefix belongs to one peer: giving it to a second takes it from the first. Written by the
 * engine loop, which publishes an immutable trie after each change; looked up on any thread without
 * allocation. IPv4-mapped IPv6 addresses are IPv6 addresses.
 */
public final class AllowedIps {
  private volatile PrefixTrie<WireGuardPeer> published = PrefixTrie.empty();

  // Engine loop.
  private final Map<IpPrefix, WireGuardPeer> owners = new HashMap<>();
  private final IdentityHashMap<WireGuardPeer, Set<IpPrefix>> prefixes = new IdentityHashMap<>();
  private boolean gathering;

  /** The peer for an IPv4 address (octets of the int), or null. */
  public @Nullable WireGuardPeer lookupV4(int address) {
    return published.lookupV4(address);
  }

  /** The peer for an IPv6 address, or null. */
  public @Nullable WireGuardPeer lookupV6(long high, long low) {
    return published.lookupV6(high, low);
  }

  /** The peer's prefixes, in order. Engine loop. */
  public List<IpPrefix> of(WireGuardPeer peer) {
    return List.copyOf(prefixes.getOrDefault(peer, Set.of()));
  }

  /** How many prefixes have an owner. Engine loop. */
  int size() {
    return owners.size();
  }

  void set(WireGuardPeer peer, Collection<IpPrefix> allowed) {
    forget(peer);
    Set<IpPrefix> own = new TreeSet<>(allowed);
    for (IpPrefix prefix : own) {
      WireGuardPeer before = owners.put(prefix, peer);
      Set<IpPrefix> losing = before == null ? null : prefixes.get(before);
      if (losing != null) {
        losing.remove(prefix);
      }
    }
    prefixes.put(peer, own);
    publish();
  }

  void add(WireGuardPeer peer, IpPrefix prefix) {
    WireGuardPeer before = owners.put(prefix, peer);
    if (before != null && before != peer) {
      prefixes.getOrDefault(before, Set.of()).remove(prefix);
    }
    prefixes.computeIfAbsent(peer, _ -> new TreeSet<>()).add(prefix);
    publish();
  }

  void remove(WireGuardPeer peer, IpPrefix prefix) {
    if (owners.remove(prefix, peer)) {
      prefixes.getOrDefault(peer, Set.of()).remove(prefix);
      publish();
    }
  }

  void remove(WireGuardPeer peer) {
    forget(peer);
    publish();
  }

  /** Publishes once for everything that {@code changes} does, since building a trie takes time. */
  void together(Runnable changes) {
    gathering = true;
    try {
      changes.run();
    } finally {
      gathering = false;
      publish();
    }
  }

  private void forget(WireGuardPeer peer) {
    Set<IpPrefix> own = prefixes.remove(peer);
    if (own != null) {
      own.forEach(owners::remove);
    }
  }

  private void publish() {
    if (!gathering) {
      published = PrefixTrie.copyOf(owners);
    }
  }
}
