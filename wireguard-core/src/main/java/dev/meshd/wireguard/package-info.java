/**
 * The WireGuard protocol without I/O: a device, its peers, their sessions.
 *
 * <p>Read in this order: {@link dev.meshd.wireguard.WireGuardDevice} (what comes in and what goes
 * out), {@link dev.meshd.wireguard.WireGuardOutput} (what a device asks of its surroundings),
 * {@link dev.meshd.wireguard.WireGuardPeer}, {@code Handshaker} and what protects it ({@link
 * dev.meshd.wireguard.HandshakeScreen}, {@code HandshakeGate} with {@code HandshakeLoad} and {@code
 * SourceLimiter}), {@link dev.meshd.wireguard.Keypair} (one session, sealing and opening), {@link
 * dev.meshd.wireguard.PeerActivity} (how the data path tells the timers what happened), {@code
 * PeerTimers} (the timer rules), {@link dev.meshd.wireguard.AllowedIps}.
 *
 * <p><b>Who owns what.</b> The engine loop owns the device and all decisions: handshakes, timers,
 * key slots, peers. The data path, two threads of it, reads what the engine publishes (a peer's
 * {@linkplain dev.meshd.wireguard.WireGuardPeer#currentKeypair() current keypair} and {@linkplain
 * dev.meshd.wireguard.WireGuardPeer#path() path}, the {@linkplain dev.meshd.wireguard.AllowedIps
 * allowed IPs}, the {@linkplain dev.meshd.wireguard.ReceiverIndexTable index table}) and uses a
 * keypair's two halves: one thread seals, one opens. It reports back through {@link
 * dev.meshd.wireguard.PeerActivity} and {@link dev.meshd.wireguard.SignalQueue}, never by calling
 * the device.
 *
 * <p>No class here opens a socket, starts a thread, takes a lock or reads a clock: {@code nowNs} is
 * an argument everywhere, on a timeline that counts suspended time, never goes back, and is
 * compared by subtraction. Wall time is used for handshake timestamps alone. Input from the network
 * never causes an exception: it is a {@link dev.meshd.wireguard.DropReason}.
 *
 * @see <a href="https://www.wireguard.com/papers/wireguard.pdf">WireGuard: Next Generation Kernel
 *     Network Tunnel</a>
 */
@NullMarked
package dev.meshd.wireguard;

import org.jspecify.annotations.NullMarked;
