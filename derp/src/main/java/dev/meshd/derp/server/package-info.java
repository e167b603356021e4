/**
 * A relay server. Start at {@link DerpServer} and {@link DerpServerConfig}; {@link DerpHttpHandler}
 * is how a connection gets in, {@link ServerConnection} is one client, {@link ClientRegistry} and
 * {@link ClientSet} say who is connected and which connection of a key receives, {@link
 * OutboundQueues} holds what waits for a client.
 *
 * <p>{@link RelayGate} and {@link ReceiveRate} are what keeps strangers and greedy clients in
 * bounds.
 *
 * <p>{@link ServerIdentity} is the TLS side: a self-made certificate with its pin, or one from
 * files ({@link IdentityFile}).
 *
 * <p>Each connection lives on one event loop; only its outbound queues and the registry are shared.
 * A sender never waits for a receiver, and nothing here grows without a bound.
 */
@NullMarked
package dev.meshd.derp.server;

import org.jspecify.annotations.NullMarked;
