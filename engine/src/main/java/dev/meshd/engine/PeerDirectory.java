package dev.meshd.engine;

import dev.meshd.crypto.DiscoKey;
import dev.meshd.crypto.NodeKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ObjIntConsumer;

/**
 * The peers by each name they go by. Several nodes may share a disco key (one machine with several
 * accounts, or a node shared into the network), so that lookup gives a list.
 *
 * <p>Owned by the engine loop.
 */
final class PeerDirectory {

  private final Map<Long, MeshLink> byId = new LinkedHashMap<>();
  private final Map<NodeKey, MeshLink> byKey = new HashMap<>();
  private final Map<DiscoKey, List<MeshLink>> byDisco = new HashMap<>();

  Collection<MeshLink> all() {
    return Collections.unmodifiableCollection(byId.values());
  }

  /** Counts what is held, by kind. */
  void census(ObjIntConsumer<String> counts) {
    counts.accept("peers", byId.size());
    counts.accept("peers by node key", byKey.size());
    counts.accept("peers by disco key", byDisco.size());
  }

  Optional<MeshLink> byId(long id) {
    return Optional.ofNullable(byId.get(id));
  }

  Optional<MeshLink> byKey(NodeKey key) {
    return Optional.ofNullable(byKey.get(key));
  }

  /** Every peer with this disco key; empty for a stranger. */
  List<MeshLink> byDisco(DiscoKey key) {
    return byDisco.getOrDefault(key, List.of());
  }

  void add(MeshLink link) {
    MeshPeer peer = link.peer();
    byId.put(peer.id(), link);
    byKey.put(peer.key(), link);
    addDisco(peer.disco(), link);
  }

  void remove(MeshLink link) {
    MeshPeer peer = link.peer();
    byId.remove(peer.id(), link);
    byKey.remove(peer.key(), link);
    removeDisco(peer.disco(), link);
  }

  /** The link's disco key is about to change from {@code before} to {@code after}. */
  void rekey(MeshLink link, DiscoKey before, DiscoKey after) {
    removeDisco(before, link);
    addDisco(after, link);
  }

  // Lists are replaced, not changed: a caller may be walking one.

  private void addDisco(DiscoKey key, MeshLink link) {
    List<MeshLink> more = new ArrayList<>(byDisco(key));
    more.add(link);
    byDisco.put(key, more);
  }

  private void removeDisco(DiscoKey key, MeshLink link) {
    List<MeshLink> fewer = new ArrayList<>(byDisco(key));
    fewer.remove(link);
    if (fewer.isEmpty()) {
      byDisco.remove(key);
    } else {
      byDisco.put(key, fewer);
    }
  }
}
