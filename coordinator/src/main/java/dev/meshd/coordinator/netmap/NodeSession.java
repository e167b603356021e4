package dev.meshd.coordinator.netmap;

import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.PeerChange;
import dev.meshd.control.model.UserProfile;
import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.registry.NodeRegistry;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * One map stream and what it has yet to hear. Owned by the coordinator loop.
 *
 * <p>Changes are noted, not stored: per peer the set of aspects that changed since the last
 * message, an empty set meaning that the peer is gone. {@link #flush} turns the notes into one
 * message made from the records of that moment.
 */
public final class NodeSession {
  private final long nodeId;
  private final NodeRegistry nodes;
  private final MapComposer composer;
  private final MapSink sink;

  private final Map<Long, Set<PeerAspect>> changedPeers = new TreeMap<>();
  private final Map<Long, UserProfile> sentProfiles = new HashMap<>();
  private boolean started;
  private boolean selfChanged;
  private long lastSentNs;

  NodeSession(long nodeId, NodeRegistry nodes, MapComposer composer, MapSink sink) {
    this.nodeId = nodeId;
    this.nodes = nodes;
    this.composer = composer;
    this.sink = sink;
  }

  public long nodeId() {
    return nodeId;
  }

  void selfChanged() {
    selfChanged = true;
  }

  void peerChanged(long peerId, Set<PeerAspect> aspects) {
    changedPeers.computeIfAbsent(peerId, id -> EnumSet.noneOf(PeerAspect.class)).addAll(aspects);
  }

  void peerRemoved(long peerId) {
    changedPeers.put(peerId, EnumSet.noneOf(PeerAspect.class));
  }

  /**
   * Sends what is noted if there is something and the connection takes it; keeps the notes
   * otherwise.
   */
  void flush(long nowNs) {
    boolean somethingToSay = !started || selfChanged || !changedPeers.isEmpty();
    if (!somethingToSay || !sink.isReady()) {
      return;
    }
    Optional<NodeRecord> self = nodes.byId(nodeId);
    if (self.isEmpty()) {
      return;
    }
    send(started ? delta(self.get()) : first(self.get()), nowNs);
    started = true;
    selfChanged = false;
    changedPeers.clear();
  }

  /** Sends a keep-alive when nothing was sent for {@code idleNs}. */
  void keepAlive(long nowNs, long idleNs) {
    if (started && nowNs - lastSentNs >= idleNs && sink.isReady()) {
      send(MapResponse.KEEP_ALIVE, nowNs);
    }
  }

  /**
   * Tells a deleted node that its login has ended, which is all a client acts on, and closes the
   * stream.
   */
  void expel(NodeRecord removed, long nowNs) {
    send(composer.delta().node(composer.removedSelf(removed)).build(), nowNs);
    sink.close();
  }

  void close() {
    sink.close();
  }

  private void send(MapResponse message, long nowNs) {
    lastSentNs = nowNs;
    sink.send(message);
  }

  private MapResponse first(NodeRecord self) {
    MapResponse full = composer.full(self);
    full.userProfiles().forEach(profile -> sentProfiles.put(profile.id(), profile));
    return full;
  }

  private MapResponse delta(NodeRecord self) {
    List<Node> whole = new ArrayList<>();
    List<PeerChange> patches = new ArrayList<>();
    List<Long> removed = new ArrayList<>();
    Map<Long, UserProfile> profiles = new TreeMap<>();
    changedPeers.forEach(
        (id, aspects) -> {
          Optional<NodeRecord> peer = nodes.byId(id);
          if (peer.isEmpty()) {
            removed.add(id);
          } else if (aspects.contains(PeerAspect.WHOLE)) {
            whole.add(composer.peer(peer.get()));
            noteProfile(peer.get(), profiles);
          } else {
            patches.add(composer.patch(peer.get(), aspects));
          }
        });
    MapResponse.Builder message =
        composer.delta().peersChanged(whole).peersChangedPatch(patches).peersRemoved(removed);
    if (selfChanged) {
      message.node(composer.self(self));
      noteProfile(self, profiles);
    }
    return message.userProfiles(List.copyOf(profiles.values())).build();
  }

  private void noteProfile(NodeRecord node, Map<Long, UserProfile> profiles) {
    UserProfile profile = composer.profile(node);
    if (!profile.equals(sentProfiles.put(profile.id(), profile))) {
      profiles.put(profile.id(), profile);
    }
  }
}
