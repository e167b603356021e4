/**
 * What each connected node is told, and when. Read {@link PeerAspect} (what of a node can change,
 * and whether a patch can say it), {@link ChangeLog} (all changes in order), {@link NodeSession}
 * (one map stream and how far it has been told), {@link SessionHub} (all streams: fan-out, online
 * state, endings); then how messages are made: {@link MapComposer} (records to messages), {@link
 * PeerEncodings} (each node's JSON, made once), {@link Delta} (what streams at one position hear
 * next), {@link MapMessage} (bytes made once and shared), {@link FullMapQueue} (who gets a full map
 * when).
 *
 * <p>A session keeps no messages, only a position. A message is made from the newest records when
 * the connection can take it, so a slow reader costs nothing and never sees a stale intermediate
 * state; one that missed more than the log remembers gets a full map again. The invariant, checked
 * by a property test: the first message and all deltas folded together equal a full map made now.
 *
 * <p>What a change costs: one log entry and one encoding, whoever sees it; then one write per
 * stream that it concerns.
 *
 * <p>Owned by the coordinator loop. Protocol: tailscale: tailcfg/tailcfg.go (MapResponse),
 * control/controlclient/map.go.
 */
@NullMarked
package dev.meshd.coordinator.netmap;

import org.jspecify.annotations.NullMarked;
