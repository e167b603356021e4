/**
 * Transport data messages, piece by piece: {@link dev.meshd.wireguard.transport.TransportLayout}
 * (where the fields lie and how plaintext is padded) and {@link
 * dev.meshd.wireguard.transport.ReplayWindow} (which counters have been seen). Called once per
 * packet, so nothing here allocates.
 */
@NullMarked
package dev.meshd.wireguard.transport;

import org.jspecify.annotations.NullMarked;
