/**
 * Hostile clients as programs of their own, to be run in a host of the lab: real sockets that speak
 * the project's own codecs, with deliberate faults. {@link dev.meshd.e2e.attack.ConnectionHoard}
 * holds many connections, {@link dev.meshd.e2e.attack.ControlAbuse} and {@link
 * dev.meshd.e2e.attack.RelayAbuse} go through the faults of one port layer by layer, {@link
 * dev.meshd.e2e.attack.LyingNode} speaks the control protocol well and tells lies in it.
 *
 * <p>Each is bounded in time and volume, prints a line per attack, and ends by itself.
 */
@NullMarked
package dev.meshd.e2e.attack;

import org.jspecify.annotations.NullMarked;
