/**
 * The threads that carry packets. Start at {@link dev.meshd.agent.datapath.DataPath}, which wires a
 * TUN device and UDP sockets to {@link dev.meshd.engine.datapath.Outbound} and {@link
 * dev.meshd.engine.datapath.Inbound}; then {@link dev.meshd.agent.datapath.TunReader} and {@link
 * dev.meshd.agent.datapath.UdpReceiver}, its two threads.
 *
 * <pre>
 * tun-reader    TunDevice → Outbound → UdpUnderlay → sockets, or RelaySink
 * udp-receiver  sockets, RelayedPackets → Inbound → TunOverlay → TunDevice
 *                                              ↘ EngineMailbox → engine loop
 * </pre>
 *
 * <p>Each thread owns its native memory and its half of every session. They share nothing that is
 * locked per packet: what the engine has decided is read from what it published, and the engine
 * reaches the tun-reader by commands and an eventfd. A batch is carried by one thread from read to
 * send. Nothing here decides anything about peers.
 */
@NullMarked
package dev.meshd.agent.datapath;

import org.jspecify.annotations.NullMarked;
