/**
 * What each connected node is told, and when. Read {@link PeerAspect} (what of a node can change,
 * and whether a patch can say it), {@link MapComposer} (records to messages), {@link NodeSession}
 * (one map stream and what it has yet to hear), {@link SessionHub} (all streams: fan-out, online
 * state, endings).
 *
 * <p>A session keeps no messages, only which peers changed and how. A message is made from the
 * newest records when the connection can take it, so a slow reader costs at most one entry per peer
 * and never sees a stale intermediate state. The invariant, checked by a property test: the first
 * message and all deltas folded together equal a full map made now.
 *
 * <p>Owned by the coordinator loop. Protocol: tailscale: tailcfg/tailcfg.go (MapResponse),
 * control/controlclient/map.go.
 */
@NullMarked
package dev.meshd.coordinator.netmap;

import org.jspecify.annotations.NullMarked;
