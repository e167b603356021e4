/**
 * The relay and the STUN server inside the coordination server: {@link RelayPlan} (what the DERP
 * map says about them), {@link EmbeddedRelay} (the two listeners), {@link RelayCertificate} (made
 * and renewed where none is configured), {@link RelayMeters} (their counters as metrics).
 *
 * <p>Both run on network threads of their own; the only thing they ask the rest of the server is
 * whether a node key is registered.
 */
@NullMarked
package dev.meshd.coordinator.relay;

import org.jspecify.annotations.NullMarked;
