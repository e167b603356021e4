/**
 * Chooses the way to each peer.
 *
 * <p>Read {@link dev.meshd.magicsock.path.PeerPaths} (one peer, composed of everything below),
 * {@link dev.meshd.magicsock.path.TrustedPath} (the path in use and how long it is believed),
 * {@link dev.meshd.magicsock.path.PathSelector} (which of two paths is better), {@link
 * dev.meshd.magicsock.path.CandidateTable} (addresses worth trying, and when they are forgotten),
 * {@link dev.meshd.magicsock.path.ProbeSchedule} (when each is tried), {@link
 * dev.meshd.magicsock.path.OutstandingPings} and {@link dev.meshd.magicsock.path.CallMeMaybePacer}.
 *
 * <p>Owned by the engine loop. Does no I/O and reads no clock: disco messages, netmap changes and
 * {@code nowNs} come in, {@link dev.meshd.magicsock.path.PathOutput} calls go out. Two rules hold
 * everywhere: only a pong to a ping of ours promotes a path, and only silence demotes one. What a
 * packet's source address claims never moves a path.
 *
 * <p>The policy follows tailscale: wgengine/magicsock/endpoint.go, with quicker probing at the
 * start of a conversation (see {@link dev.meshd.magicsock.path.ProbeSchedule}).
 */
@NullMarked
package dev.meshd.magicsock.path;

import org.jspecify.annotations.NullMarked;
