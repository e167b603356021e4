package dev.meshd.testkit.sim;

import dev.meshd.derp.DerpMap;
import dev.meshd.engine.MeshPeer;
import dev.meshd.engine.NetworkMap;
import dev.meshd.packet.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A coordination server reduced to what engines see of one: it keeps each node's entry, sends the
 * full map to a node that connects, and single changes to the others after that.
 */
final class SimCoordinator {

  /** A node's end of its map stream. */
  interface Stream {
    /** What the node says of itself when it connects. */
    MeshPeer self();

    /** Whether the node still wants this stream. */
    boolean isWanted();

    void onFullMap(NetworkMap map);

    void onPeerChanged(MeshPeer peer);
  }

  private static final long DELAY_NS = 20_000_000L;
  private static final long RETRY_NS = 200_000_000L;

  private final EventQueue events;
  private final DerpMap relays;
  private final Map<Long, MeshPeer> nodes = new TreeMap<>();
  private final Map<Long, Stream> streams = new TreeMap<>();
  private boolean up = true;
  private boolean retired;

  SimCoordinator(EventQueue events, DerpMap relays) {
    this.events = events;
    this.relays = relays;
  }

  /** Opens a node's stream, as soon as the server is up, and tells everyone of the node. */
  void connect(Stream stream) {
    events.after(
        DELAY_NS,
        () -> {
          if (!stream.isWanted()) {
            return;
          }
          if (!up) {
            events.after(RETRY_NS, () -> connect(stream));
            return;
          }
          MeshPeer self = stream.self();
          streams.put(self.id(), stream);
          store(self);
          events.after(DELAY_NS, () -> sendFullMap(self.id(), stream));
        });
  }

  void disconnect(long id) {
    streams.remove(id);
  }

  /** A node tells where it is; lost while the server is down, and told again on reconnection. */
  void report(long id, List<Endpoint> endpoints, int homeRegion) {
    events.after(
        DELAY_NS,
        () -> {
          MeshPeer known = nodes.get(id);
          if (up && known != null && streams.containsKey(id)) {
            store(known.withEndpoints(endpoints).withHomeRegion(homeRegion));
          }
        });
  }

  /** Nothing is told and nothing heard until {@link #start}. */
  void stop() {
    up = false;
    streams.clear();
  }

  void start() {
    up = !retired;
  }

  /** Stops and never starts again. */
  void retire() {
    retired = true;
    stop();
  }

  boolean isUp() {
    return up;
  }

  private void store(MeshPeer node) {
    if (node.equals(nodes.put(node.id(), node))) {
      return;
    }
    for (Map.Entry<Long, Stream> other : streams.entrySet()) {
      if (other.getKey() != node.id()) {
        Stream stream = other.getValue();
        long to = other.getKey();
        events.after(
            DELAY_NS,
            () -> {
              if (stream.equals(streams.get(to))) {
                stream.onPeerChanged(node);
              }
            });
      }
    }
  }

  private void sendFullMap(long id, Stream stream) {
    if (!stream.equals(streams.get(id))) {
      return;
    }
    List<MeshPeer> others = new ArrayList<>();
    for (MeshPeer node : nodes.values()) {
      if (node.id() != id) {
        others.add(node);
      }
    }
    MeshPeer self = nodes.get(id);
    stream.onFullMap(new NetworkMap(self == null ? List.of() : self.addresses(), others, relays));
  }
}
