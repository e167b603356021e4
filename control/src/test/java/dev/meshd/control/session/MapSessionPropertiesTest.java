package dev.meshd.control.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.PeerChange;
import dev.meshd.crypto.DiscoKey;
import dev.meshd.packet.Endpoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Any sequence of messages: what the deltas add up to, and what a plain reading of the rules gives.
 */
class MapSessionPropertiesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final long SELF = 1;

  @Property(tries = 200)
  void deltasAddUpToWhatThePlainReadingGives(@ForAll long seed) throws MapProtocolException {
    Random random = new Random(seed);
    MapSession session = new MapSession();
    TreeMap<Long, Node> reference = new TreeMap<>();
    TreeMap<Long, Node> applied = new TreeMap<>();
    Netmap held = null;
    for (int step = 0; step < 30; step++) {
      MapResponse message = randomMessage(random, step == 0);
      read(message, reference);
      for (MapEvent event : session.onMessage(message, NOW)) {
        MapEvent.NetmapChanged changed = (MapEvent.NetmapChanged) event;
        apply(changed.change(), applied);
        held = changed.netmap();
      }
      assertThat(held.peers()).isEqualTo(reference);
      assertThat(applied).isEqualTo(reference);
      assertThat(Netmap.of(held.toMapResponse()).peers()).isEqualTo(reference);
    }
  }

  /** Applies a change to a copy of the peers, refusing what does not fit. */
  static void apply(NetmapChange change, Map<Long, Node> peers) {
    for (PeerDelta delta : change.peers()) {
      switch (delta) {
        case PeerDelta.Added(Node node) -> assertThat(peers.put(node.id(), node)).isNull();
        case PeerDelta.Patched(Node before, Node node) -> {
          assertThat(peers.put(node.id(), node)).isEqualTo(before);
          assertThat(node.addresses()).isEqualTo(before.addresses());
          assertThat(node.name()).isEqualTo(before.name());
        }
        case PeerDelta.Replaced(Node before, Node node) ->
            assertThat(peers.put(node.id(), node)).isEqualTo(before);
        case PeerDelta.Removed(Node before) ->
            assertThat(peers.remove(before.id())).isEqualTo(before);
      }
    }
  }

  /** The rules, read plainly. */
  private static void read(MapResponse message, Map<Long, Node> peers) {
    if (!message.peers().isEmpty()) {
      peers.clear();
      message.peers().forEach(node -> peers.put(node.id(), node));
    } else {
      message.peersRemoved().forEach(peers::remove);
      message.peersChanged().forEach(node -> peers.put(node.id(), node));
      message
          .peerSeenChange()
          .forEach(
              (id, seen) ->
                  peers.computeIfPresent(
                      id, (k, n) -> n.toBuilder().lastSeen(seen ? NOW : null).build()));
      message
          .onlineChange()
          .forEach(
              (id, online) ->
                  peers.computeIfPresent(id, (k, n) -> n.toBuilder().online(online).build()));
      for (PeerChange patch : message.peersChangedPatch()) {
        peers.computeIfPresent(patch.nodeId(), (k, n) -> patch.applyTo(n));
      }
    }
    peers.remove(SELF);
  }

  private static MapResponse randomMessage(Random random, boolean first) {
    MapResponse.Builder message = MapResponse.builder();
    if (first) {
      message.node(Node.builder().id(SELF).name("self.").build());
    }
    if (random.nextInt(8) == 0) {
      message.peers(randomNodes(random));
    }
    if (random.nextBoolean()) {
      message.peersChanged(randomNodes(random));
    }
    if (random.nextInt(3) == 0) {
      message.peersRemoved(List.of(randomId(random), randomId(random)));
    }
    if (random.nextInt(3) == 0) {
      message.onlineChange(Map.of(randomId(random), random.nextBoolean()));
    }
    if (random.nextInt(3) == 0) {
      message.peerSeenChange(Map.of(randomId(random), random.nextBoolean()));
    }
    if (random.nextBoolean()) {
      List<PeerChange> patches = new ArrayList<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        patches.add(randomPatch(random));
      }
      message.peersChangedPatch(patches);
    }
    return message.build();
  }

  private static PeerChange randomPatch(Random random) {
    PeerChange.Builder patch =
        PeerChange.builder().nodeId(randomId(random)).derpRegion(random.nextInt(3));
    if (random.nextBoolean()) {
      patch.endpoints(List.of(Endpoint.parse("192.0.2." + random.nextInt(9) + ":1")));
    }
    if (random.nextBoolean()) {
      patch.online(random.nextBoolean());
    } else if (random.nextBoolean()) {
      byte[] key = new byte[32];
      random.nextBytes(key);
      patch.discoKey(DiscoKey.of(key));
    }
    return patch.build();
  }

  private static List<Node> randomNodes(Random random) {
    Map<Long, Node> nodes = new HashMap<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      long id = randomId(random);
      nodes.put(id, Node.builder().id(id).name("n" + random.nextInt(3) + ".").homeDerp(1).build());
    }
    return List.copyOf(nodes.values());
  }

  /** Includes our own id, which never becomes a peer. */
  private static long randomId(Random random) {
    return 1 + random.nextInt(6);
  }
}
