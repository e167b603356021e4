/**
 * Tells apart the protocols that share one UDP socket.
 *
 * <p>{@link dev.meshd.magicsock.demux.DatagramKind} names them; {@link
 * dev.meshd.magicsock.demux.DatagramDemux} looks at the first bytes and nothing else. Stateless, so
 * the receiver thread and the engine loop may both use it; allocates nothing. The answer is a guess
 * from the outside, never proof: each protocol still authenticates what it gets.
 *
 * <p>Source: tailscale: wgengine/magicsock/magicsock.go.
 */
@NullMarked
package dev.meshd.magicsock.demux;

import org.jspecify.annotations.NullMarked;
