package dev.meshd.coordinator.domain;

import dev.meshd.control.model.Hostinfo;
import dev.meshd.crypto.DiscoKey;
import dev.meshd.packet.Endpoint;
import java.util.List;

/**
 * What a node says about itself and repeats at every contact. Losing the newest of it costs nothing
 * for long.
 *
 * @param discoKey zero until the node has polled
 * @param endpoints UDP addresses to try, best first; bounded by {@link #MAX_ENDPOINTS}
 * @param homeDerp region of the home relay; 0 while unknown
 * @param hostinfo the rest, including what the network is told about services and routes
 * @param capabilityVersion the protocol version of the node's last request
 */
public record NodeFacts(
    DiscoKey discoKey,
    List<Endpoint> endpoints,
    int homeDerp,
    Hostinfo hostinfo,
    int capabilityVersion) {
  /** More than any host needs; further ones are ignored. */
  public static final int MAX_ENDPOINTS = 64;

  public NodeFacts {
    endpoints = endpoints.stream().distinct().limit(MAX_ENDPOINTS).toList();
  }

  public static NodeFacts ofRegistration(Hostinfo hostinfo, int capabilityVersion) {
    return new NodeFacts(DiscoKey.zero(), List.of(), 0, hostinfo, capabilityVersion);
  }
}
