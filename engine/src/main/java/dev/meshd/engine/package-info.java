/**
 * One mesh node, without I/O: what the daemon runs once and the simulator by the hundred.
 *
 * <p>Read {@link dev.meshd.engine.NodeEngine} (what comes in), {@link
 * dev.meshd.engine.EngineOutput} (what goes out), {@link dev.meshd.engine.NetworkMap} and {@link
 * dev.meshd.engine.MeshPeer} (what it is told to be). Behind them {@code NetmapApplier} turns maps
 * into peers, {@code MeshLink} joins one peer's WireGuard session with its paths, {@code DiscoPort}
 * speaks disco, {@code RelayUse} decides which relays to hold, and {@code EndpointDiscovery} finds
 * out where we are.
 *
 * <p>Everything here is owned by the engine loop, one thread per node. No class reads a clock,
 * opens a socket, starts a thread or takes a lock; {@code nowNs} is an argument everywhere. The
 * data path ({@code dev.meshd.engine.datapath}) and its filter ({@code dev.meshd.engine.filter})
 * run on their own threads and read only what is published to them.
 */
@NullMarked
package dev.meshd.engine;

import org.jspecify.annotations.NullMarked;
