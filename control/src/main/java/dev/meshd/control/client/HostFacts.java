package dev.meshd.control.client;

import dev.meshd.control.model.EndpointType;
import dev.meshd.control.model.Hostinfo;
import dev.meshd.crypto.DiscoKey;
import dev.meshd.packet.Endpoint;
import java.util.List;

/**
 * Everything the server keeps about this node beside its keys. It goes out whole every time: what
 * is left out is gone for the peers.
 *
 * @param hostinfo facts about the host, with {@code NetInfo} once it is known
 * @param discoKey the current disco key
 * @param endpoints where peers may try to reach us by UDP
 */
public record HostFacts(Hostinfo hostinfo, DiscoKey discoKey, List<TypedEndpoint> endpoints) {
  /** An endpoint and how we know it. */
  public record TypedEndpoint(Endpoint address, EndpointType type) {}

  /** Copies the list. */
  public HostFacts {
    endpoints = List.copyOf(endpoints);
  }
}
