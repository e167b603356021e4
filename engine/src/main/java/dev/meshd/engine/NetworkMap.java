package dev.meshd.engine;

import dev.meshd.derp.DerpMap;
import dev.meshd.packet.IpPrefix;
import java.util.List;

/**
 * The whole network as this node sees it. Applying one equals applying the differences to what is
 * there: peers that did not change keep their sessions and paths. Immutable.
 *
 * @param selfAddresses this node's overlay addresses
 * @param peers every peer, each id once
 * @param relays the relay regions
 */
public record NetworkMap(List<IpPrefix> selfAddresses, List<MeshPeer> peers, DerpMap relays) {

  public NetworkMap {
    selfAddresses = List.copyOf(selfAddresses);
    peers = List.copyOf(peers);
  }

  /** No peers, no relays. */
  public static NetworkMap empty() {
    return new NetworkMap(List.of(), List.of(), DerpMap.empty());
  }
}
