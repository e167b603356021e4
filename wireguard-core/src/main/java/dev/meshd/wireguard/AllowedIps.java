package dev.meshd.wireguard;

import dev.meshd.packet.IpPrefix;
import dev.meshd.packet.PrefixTrie;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
  private final Map<IpPrefix, WireGuardPeer> owners = new TreeMap<>();
  private volatile PrefixTrie<WireGuardPeer> published = PrefixTrie.empty();

  /** The peer for an IPv4 address (octets of the int), or null. */
  public @Nullable WireGuardPeer lookupV4(int address) {
    return published.lookupV4(address);
  }

  /** The peer for an IPv6 address, or null. */
  public @Nullable WireGuardPeer lookupV6(long high, long low) {
    return published.lookupV6(high, low);
  }

  /** The peer's prefixes, in order. */
  public List<IpPrefix> of(WireGuardPeer peer) {
    PrefixTrie<WireGuardPeer> trie = published;
    List<IpPrefix> result = new ArrayList<>();
    trie.forEach(
        (prefix, owner) -> {
          if (owner == peer) {
            result.add(prefix);
          }
        });
    return result;
  }

  void set(WireGuardPeer peer, Collection<IpPrefix> prefixes) {
    owners.values().removeIf(owner -> owner == peer);
    prefixes.forEach(prefix -> owners.put(prefix, peer));
    published = PrefixTrie.copyOf(owners);
  }

  void remove(WireGuardPeer peer) {
    if (owners.values().removeIf(owner -> owner == peer)) {
      published = PrefixTrie.copyOf(owners);
    }
  }
}
