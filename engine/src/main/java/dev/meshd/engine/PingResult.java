package dev.meshd.engine;

import dev.meshd.crypto.NodeKey;
import dev.meshd.packet.Endpoint;

/**
 * The first answer to a user's ping. Immutable.
 *
 * @param request as given to the engine
 * @param peer who answered
 * @param via the address that was pinged; {@link Endpoint#isDerp} when the relay carried it
 * @param latencyNs round trip
 */
public record PingResult(long request, NodeKey peer, Endpoint via, long latencyNs) {}
