/**
 * A node's connections to relays. Start at {@link DerpClient}, one per region, and {@link
 * DerpListener}, which it reports to; {@link DerpClientConfig} is what all clients of a node share.
 * Inside, {@link RelayDialer} gets a TCP connection, {@link NodeTls} says how the relay is
 * verified, {@link DerpConnection} runs one connection, and {@link SendRing} holds packets on their
 * way out.
 *
 * <p>Each client lives on one event loop. The data path only ever touches the ring.
 */
@NullMarked
package dev.meshd.derp.client;

import org.jspecify.annotations.NullMarked;
