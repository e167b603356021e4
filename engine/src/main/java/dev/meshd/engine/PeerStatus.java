package dev.meshd.engine;

import dev.meshd.crypto.NodeKey;
import dev.meshd.packet.Endpoint;
import java.time.Instant;
import java.util.Optional;

/**
 * How things stand with one peer, for people and for metrics. Immutable.
 *
 * @param currentAddress the direct path in use; empty while the relay carries the traffic
 * @param latencyNs round trip of that path, 0 if unknown
 * @param relayRegion the peer's home region, 0 for none
 * @param rxBytes bytes received from it inside the tunnel
 * @param txBytes bytes sent to it inside the tunnel
 * @param lastHandshake wall-clock time of the last completed handshake
 * @param active whether something was sent to it within 45 s
 */
public record PeerStatus(
    long id,
    NodeKey key,
    Optional<Endpoint> currentAddress,
    long latencyNs,
    int relayRegion,
    long rxBytes,
    long txBytes,
    Optional<Instant> lastHandshake,
    boolean active) {}
