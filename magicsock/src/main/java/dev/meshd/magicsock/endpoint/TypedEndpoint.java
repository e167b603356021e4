package dev.meshd.magicsock.endpoint;

import dev.meshd.packet.Endpoint;

/** One of this node's own addresses and how it was learned. Immutable. */
public record TypedEndpoint(Endpoint endpoint, EndpointType type) {}
