/**
 * The Noise handshake of WireGuard ({@code IKpsk2}), both roles, one message at a time and without
 * memory of peers.
 *
 * <p>Read in this order: {@link dev.meshd.wireguard.noise.MessageType} and {@link
 * dev.meshd.wireguard.noise.HandshakeLayout} (what the bytes are), {@link
 * dev.meshd.wireguard.noise.SymmetricState} (the running hash and chaining key), {@link
 * dev.meshd.wireguard.noise.InitiatorHandshake} and {@link
 * dev.meshd.wireguard.noise.ReceivedInitiation} (the two roles), {@link
 * dev.meshd.wireguard.noise.MessageMacs}, {@link dev.meshd.wireguard.noise.CookieIssuer} and {@link
 * dev.meshd.wireguard.noise.CookieJar} (the authenticators in front of the handshake, and the
 * cookie from its maker's and its holder's side).
 *
 * <p>Everything here is owned by the engine loop, draws randomness only from the {@link
 * dev.meshd.crypto.SecureRandomSource} it is given, reads no clock, and wipes what it derives as
 * soon as it has been used. Bytes from the network never cause an exception: a message that does
 * not verify is an empty result.
 *
 * @see <a href="https://www.wireguard.com/papers/wireguard.pdf">WireGuard: Next Generation Kernel
 *     Network Tunnel, section 5.4</a>
 */
@NullMarked
package dev.meshd.wireguard.noise;

import org.jspecify.annotations.NullMarked;
