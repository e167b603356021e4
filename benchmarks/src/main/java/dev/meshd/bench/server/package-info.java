/**
 * Many simulated nodes on one real coordination server.
 *
 * <p>Reading order: {@link dev.meshd.bench.server.ServerBenchmark} (what is measured, in which
 * order), {@link dev.meshd.bench.server.Fleet} and {@code SimulatedNode} (the nodes), {@code
 * NodePool} (why a thousand maps of a thousand nodes fit into this process), {@link
 * dev.meshd.bench.server.Spread} (how long a change takes to reach everybody), {@code NetmapCheck}
 * (whether they all hold the right map), {@link dev.meshd.bench.server.ServerProcess} (the server).
 *
 * <p>The nodes use the client's own parts: dialer, Noise channel, HTTP/2, zstd map streams, map
 * session and backoff. Sockets are event-driven; each node's routine is a virtual thread. The nodes
 * compete with the server for the same processors, so the processor time of both is reported.
 */
@NullMarked
package dev.meshd.bench.server;

import org.jspecify.annotations.NullMarked;
