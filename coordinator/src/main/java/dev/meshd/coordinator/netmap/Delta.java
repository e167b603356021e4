package dev.meshd.coordinator.netmap;

import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.UserProfile;
import dev.meshd.control.model.WireJson;
import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.metrics.MapMetrics;
import dev.meshd.coordinator.metrics.MapMetrics.Message;
import dev.meshd.coordinator.registry.NodeRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What streams that have heard the same are to hear next: computed and encoded once for all of
 * them. Only a receiver who is among the changed nodes needs a message of its own, put together
 * from the same pieces. Made from the records of this moment. Owned by the coordinator loop.
 */
final class Delta {
  /** What a node knows best about itself is not told to it. */
  private static final Set<PeerAspect> OWN_AFFAIRS =
      EnumSet.of(PeerAspect.ONLINE, PeerAspect.ENDPOINTS);

  private final MapComposer composer;
  private final MapMetrics metrics;
  private final boolean relaysChanged;
  private final SortedMap<Long, Set<PeerAspect>> changes;
  // JSON about a node, by its id.
  private final SortedMap<Long, byte[]> whole = new TreeMap<>();
  private final SortedMap<Long, byte[]> patches = new TreeMap<>();
  private final List<Long> removed = new ArrayList<>();
  private final Map<Long, UserProfile> profiles = new TreeMap<>();
  private @Nullable MapMessage shared;

  Delta(
      SortedMap<Long, Set<PeerAspect>> changes,
      NodeRegistry nodes,
      MapComposer composer,
      MapMetrics metrics) {
    this.changes = changes;
    this.composer = composer;
    this.metrics = metrics;
    Instant now = composer.now();
    this.relaysChanged = changes.containsKey(ChangeLog.RELAYS);
    changes.forEach(
        (id, aspects) -> {
          if (id == ChangeLog.RELAYS) {
            return;
          }
          Optional<NodeRecord> peer = nodes.byId(id);
          if (peer.isEmpty()) {
            removed.add(id);
          } else if (aspects.contains(PeerAspect.WHOLE)) {
            composer.peer(peer.get(), now).ifPresent(json -> whole.put(id, json));
            noteProfile(peer.get());
          } else {
            patches.put(id, WireJson.encode(composer.patch(peer.get(), aspects)));
          }
        });
    metrics.viewComputed();
  }

  private void noteProfile(NodeRecord node) {
    UserProfile profile = composer.profile(node);
    profiles.put(profile.id(), profile);
  }

  /** The message for {@code self}; empty when nothing of this is news to it. */
  Optional<MapMessage> forReceiver(NodeRecord self) {
    Set<PeerAspect> own = changes.get(self.id());
    if (own == null) {
      return Optional.of(sharedMessage());
    }
    boolean selfChanged = !OWN_AFFAIRS.containsAll(own);
    if (changes.size() == 1 && !selfChanged) {
      return Optional.empty();
    }
    MapResponse.Builder rest = rest();
    if (selfChanged) {
      rest.node(composer.self(self));
    }
    return Optional.of(
        new MapMessage(
            Message.SELF,
            rest.build(),
            List.of(),
            without(self.id(), whole),
            without(self.id(), patches),
            metrics));
  }

  private MapMessage sharedMessage() {
    if (shared == null) {
      shared =
          new MapMessage(
              Message.CHANGE,
              rest().build(),
              List.of(),
              List.copyOf(whole.values()),
              List.copyOf(patches.values()),
              metrics);
    }
    return shared;
  }

  private MapResponse.Builder rest() {
    MapResponse.Builder rest =
        composer.delta().peersRemoved(removed).userProfiles(List.copyOf(profiles.values()));
    return relaysChanged ? rest.derpMap(composer.relays()) : rest;
  }

  private static List<byte[]> without(long nodeId, SortedMap<Long, byte[]> pieces) {
    List<byte[]> json = new ArrayList<>(pieces.size());
    pieces.forEach(
        (id, piece) -> {
          if (id != nodeId) {
            json.add(piece);
          }
        });
    return json;
  }
}
