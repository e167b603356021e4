/**
 * The Noise channel between a node and the control server: Noise_IK_25519_ChaChaPoly_BLAKE2s and
 * its record layer, both roles, as plain computation.
 *
 * <p>Reading order: {@link dev.meshd.control.noise.NoiseFrame} (layouts and limits), {@code
 * SymmetricState} (hash and chaining key), {@link dev.meshd.control.noise.InitiatorHandshake},
 * {@link dev.meshd.control.noise.ResponderHandshake}, {@link dev.meshd.control.noise.NoiseSession}
 * with its {@link dev.meshd.control.noise.RecordWriter} and {@link
 * dev.meshd.control.noise.RecordReader}.
 *
 * <p>Every object belongs to one thread, the one of its connection. Nothing here reads a clock,
 * opens a socket, takes a lock, or throws anything but {@link
 * dev.meshd.control.noise.NoiseException} on bytes from the network. Sources: the Noise Protocol
 * Framework, revision 34; tailscale: control/controlbase.
 */
@NullMarked
package dev.meshd.control.noise;

import org.jspecify.annotations.NullMarked;
