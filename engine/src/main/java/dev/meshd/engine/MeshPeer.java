package dev.meshd.engine;

import dev.meshd.crypto.DiscoKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpPrefix;
import java.util.List;

/**
 * What the engine needs to know of one peer: the part of its netmap entry that decides how packets
 * travel. Names, users and the rest stay with the agent. Immutable; equality tells the engine
 * whether anything changed.
 *
 * @param id the coordination server's number for the node; stays when its keys change
 * @param key the key it holds now
 * @param disco its disco key, all zero if it has none (such a peer is left out)
 * @param addresses its overlay addresses
 * @param allowedIps what may come from it and is routed to it, its addresses included
 * @param endpoints where it says it can be reached, best first
 * @param homeRegion the relay region where it listens, 0 for none
 * @param expired its key has expired: the peer is left out until it has another
 */
public record MeshPeer(
    long id,
    NodeKey key,
    DiscoKey disco,
    List<IpPrefix> addresses,
    List<IpPrefix> allowedIps,
    List<Endpoint> endpoints,
    int homeRegion,
    boolean expired) {

  public MeshPeer {
    addresses = List.copyOf(addresses);
    allowedIps = List.copyOf(allowedIps);
    endpoints = List.copyOf(endpoints);
  }

  /** The same peer reachable elsewhere, as a netmap patch tells it. */
  public MeshPeer withEndpoints(List<Endpoint> value) {
    return new MeshPeer(id, key, disco, addresses, allowedIps, value, homeRegion, expired);
  }

  /** The same peer listening at another relay region. */
  public MeshPeer withHomeRegion(int value) {
    return new MeshPeer(id, key, disco, addresses, allowedIps, endpoints, value, expired);
  }

  /** The same peer after a restart. */
  public MeshPeer withDisco(DiscoKey value) {
    return new MeshPeer(id, key, value, addresses, allowedIps, endpoints, homeRegion, expired);
  }

  /** The same peer with a rotated node key. */
  public MeshPeer withKey(NodeKey value) {
    return new MeshPeer(id, value, disco, addresses, allowedIps, endpoints, homeRegion, expired);
  }

  /** The same peer, expired or renewed. */
  public MeshPeer withExpired(boolean value) {
    return new MeshPeer(id, key, disco, addresses, allowedIps, endpoints, homeRegion, value);
  }
}
