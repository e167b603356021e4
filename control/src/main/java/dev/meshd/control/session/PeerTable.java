package dev.meshd.control.session;

import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.PeerChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The peers of one stream. A message either brings the whole set, or, in this order, removals,
 * additions and replacements, last-seen and online flips, and patches; so a peer that is removed
 * and changed by one message is there afterwards.
 *
 * <p>Source: tailscale: control/controlclient/map.go.
 */
final class PeerTable {
  private final TreeMap<Long, Node> peers = new TreeMap<>();

  NavigableMap<Long, Node> peers() {
    return Collections.unmodifiableNavigableMap(peers);
  }

  /** Applies the peer members of {@code message} and tells what differs afterwards. */
  List<PeerDelta> apply(MapResponse message, Instant now) {
    TreeMap<Long, Node> before = new TreeMap<>(peers);
    Set<Long> touched = new TreeSet<>();
    Set<Long> replaced = new HashSet<>();
    if (!message.peers().isEmpty()) {
      touched.addAll(peers.keySet());
      peers.clear();
      message.peers().forEach(node -> put(node, touched, replaced));
    } else {
      for (long id : message.peersRemoved()) {
        peers.remove(id);
        touched.add(id);
      }
      message.peersChanged().forEach(node -> put(node, touched, replaced));
      message
          .peerSeenChange()
          .forEach((id, seen) -> edit(id, touched, b -> b.lastSeen(seen ? now : null)));
      message.onlineChange().forEach((id, online) -> edit(id, touched, b -> b.online(online)));
      message.peersChangedPatch().forEach(patch -> patch(patch, touched));
    }
    return deltas(before, touched, replaced);
  }

  /** Takes a peer out, whatever a message said about it. */
  void remove(long id) {
    peers.remove(id);
  }

  private void put(Node node, Set<Long> touched, Set<Long> replaced) {
    if (node.id() <= 0) {
      return;
    }
    peers.put(node.id(), effective(node));
    touched.add(node.id());
    replaced.add(node.id());
  }

  /** A node that the tailnet lock does not vouch for is reachable at its own addresses only. */
  private static Node effective(Node node) {
    return node.unsignedPeerApiOnly()
        ? node.toBuilder().allowedIps(node.addresses()).build()
        : node;
  }

  private interface Edit {
    Node.Builder apply(Node.Builder builder);
  }

  private void edit(long id, Set<Long> touched, Edit edit) {
    peers.computeIfPresent(
        id,
        (key, node) -> {
          touched.add(id);
          return edit.apply(node.toBuilder()).build();
        });
  }

  private void patch(PeerChange patch, Set<Long> touched) {
    Node node = peers.get(patch.nodeId());
    if (node == null || isStale(patch, node)) {
      return;
    }
    touched.add(node.id());
    peers.put(node.id(), patch.applyTo(node));
  }

  /**
   * Whether a patch tells of an offline peer's older disco key. The peer may have told us a newer
   * one itself, and the server repeats what it knew before.
   */
  private static boolean isStale(PeerChange patch, Node node) {
    if (patch.discoKey() == null || patch.online() == null || patch.lastSeen() == null) {
      return false;
    }
    return !patch.online() && node.lastSeen() != null && !patch.lastSeen().isAfter(node.lastSeen());
  }

  private List<PeerDelta> deltas(
      NavigableMap<Long, Node> before, Set<Long> touched, Set<Long> replaced) {
    List<PeerDelta> deltas = new ArrayList<>();
    for (long id : touched) {
      @Nullable Node was = before.get(id);
      @Nullable Node is = peers.get(id);
      if (was == null && is != null) {
        deltas.add(new PeerDelta.Added(is));
      } else if (was != null && is == null) {
        deltas.add(new PeerDelta.Removed(was));
      } else if (was != null && is != null && !was.equals(is)) {
        deltas.add(
            replaced.contains(id)
                ? new PeerDelta.Replaced(was, is)
                : new PeerDelta.Patched(was, is));
      }
    }
    return deltas;
  }
}
