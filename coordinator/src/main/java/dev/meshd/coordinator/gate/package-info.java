/**
 * Who may stay connected to a port of the server: {@link ConnectionGate} with its {@link
 * GateLimits}, {@link ConnectionSource} (which addresses count as one), {@link GateStats}, and
 * {@link OpenFiles} (how many connections the process can hold at all).
 *
 * <p>Every connection begins as a stranger's: few, bounded per source, given a time in which to
 * prove itself. Nothing here reads or writes a connection, or knows a protocol; what proves a
 * client is said by those who do.
 */
@NullMarked
package dev.meshd.coordinator.gate;

import org.jspecify.annotations.NullMarked;
