/**
 * What happens to each packet, without I/O: {@link dev.meshd.engine.datapath.Outbound} and {@link
 * dev.meshd.engine.datapath.Inbound}, each of which reads from top to bottom as one method.
 *
 * <pre>
 * overlay packet  → Outbound → UnderlaySink     route, filter, session (else stage), pad, seal
 * datagram        → Inbound  → OverlaySink      session, open, roam, length, source check, filter
 *                            ↘ EngineInbox      everything that is not transport data
 * </pre>
 *
 * <p>{@code Outbound} belongs to the sealing thread, {@code Inbound} to the opening thread; a
 * simulation uses one thread for both. Neither decides anything: they read what the engine has
 * published ({@link dev.meshd.wireguard.AllowedIps}, a peer's current keypair and path, the filter)
 * and report through {@link dev.meshd.wireguard.PeerActivity}. The engine reaches the sealing
 * thread through {@link dev.meshd.engine.datapath.OutboundCommands}.
 *
 * <p>Packets stay where they are in native memory: sealing and opening happen in place, a packet is
 * a segment, an offset and a length. In steady state nothing is allocated per packet. No method
 * blocks, reads a clock or throws because of what is in a packet.
 */
@NullMarked
package dev.meshd.engine.datapath;

import org.jspecify.annotations.NullMarked;
