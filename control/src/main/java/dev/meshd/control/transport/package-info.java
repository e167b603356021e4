/**
 * The control connection on the network: HTTP/1.1 upgrade, Noise records, HTTP/2 inside, for both
 * sides.
 *
 * <pre>
 *   TCP → [TLS] → HTTP/1.1 POST /ts2021 (101) → Noise IK → records → [early payload] → HTTP/2 → JSON requests
 * </pre>
 *
 * <p>Reading order for the server: {@link dev.meshd.control.transport.NoiseUpgradeServer}, {@link
 * dev.meshd.control.transport.ControlRequestHandler}, {@link
 * dev.meshd.control.transport.ControlExchange}. {@code NoiseChannelHandler} is shared by both
 * sides.
 *
 * <p>Everything in a pipeline belongs to the event loop of its connection; what other threads may
 * call says so. Nothing here knows what the requests mean.
 */
@NullMarked
package dev.meshd.control.transport;

import org.jspecify.annotations.NullMarked;
