package dev.meshd.coordinator.netmap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.control.model.DERPMap;
import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.model.WireTime;
import dev.meshd.control.session.MapEvent;
import dev.meshd.control.session.MapProtocolException;
import dev.meshd.control.session.MapSession;
import dev.meshd.control.session.Netmap;
import dev.meshd.coordinator.TestNetwork;
import dev.meshd.coordinator.config.ServerConfig;
import dev.meshd.coordinator.domain.NodeFacts;
import dev.meshd.coordinator.domain.NodeRecord;
import dev.meshd.coordinator.loop.CoordinatorLoop;
import dev.meshd.coordinator.metrics.MapMetrics;
import dev.meshd.crypto.DiscoKey;
import dev.meshd.crypto.JitterSource;
import dev.meshd.packet.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * After any sequence of changes, with streams that stall and come back, what a client has folded
 * together out of the first message and the deltas is what a full map made now would give it.
 */
class DeltaFoldingTest {
  private static final int STREAMS = 3;

  /** So short that stalled streams fall out of it and need a full map again. */
  private static final int LOG_CAPACITY = 6;

  /** One change; the fields choose what is done to whom. */
  private record Step(int action, int target, int value) {}

  @Property(tries = 40)
  void deltasFoldToTheFullMap(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 0, max = 1_000_000) Integer> seeds)
      throws Exception {
    try (World world = new World()) {
      for (int seed : seeds) {
        world.apply(new Step(seed % 13, seed / 13 % 97, seed / 1261));
        world.settle();
      }
      world.unstallAll();
      world.checkAll();
    }
  }

  @Test
  void aDeletedNodeHearsOfItsEndBeforeTheStreamEnds() throws Exception {
    try (World world = new World()) {
      NodeRecord node = world.network.nodes.require("seed0");
      Client client = world.clients.get(node.id());
      world.inLoop(() -> world.network.nodes.delete(node));
      world.settle();
      assertThat(client.closed).isTrue();
      Node self = client.netmap.orElseThrow().self();
      assertThat(self.keyExpiry()).isBefore(world.network.now);
      assertThat(self.machineAuthorized()).isFalse();
    }
  }

  @Test
  void aReplacedStreamEndsAndItsLateEndChangesNothing() throws Exception {
    try (World world = new World()) {
      NodeRecord node = world.network.nodes.require("seed0");
      Client older = world.clients.get(node.id());
      NodeSession olderSession = world.sessions.get(node.id());
      world.open(node);
      assertThat(older.closed).isTrue();
      world.inLoop(() -> world.hub.ended(olderSession));
      assertThat(world.hub.sessionCount()).isEqualTo(STREAMS);
      assertThat(world.network.nodes.require("seed0").presence().online()).isTrue();
    }
  }

  /** Found by the property: any change between the end of a key and its announcement hid it. */
  @Test
  void aNodeHearsThatItsKeyEndedThoughItChangedMeanwhile() throws Exception {
    try (World world = new World()) {
      NodeRecord node = world.network.nodes.require("seed0");
      world.apply(new Step(3, 0, 3));
      world.settle();
      world.apply(new Step(6, 0, 15));
      world.settle();
      world.unstallAll();
      assertThat(world.clients.get(node.id()).netmap.orElseThrow().self().machineAuthorized())
          .isFalse();
      world.checkAll();
    }
  }

  /** Found by the property: a patch took the date away, and left the node marked as expired. */
  @Test
  void aNodeWhoseExpiryIsLiftedIsNoLongerTakenForExpired() throws Exception {
    try (World world = new World()) {
      NodeRecord node = world.network.nodes.require("seed0");
      world.apply(new Step(3, 0, 3));
      world.settle();
      world.apply(new Step(6, 0, 15)); // time passes
      world.settle();
      world.unstallAll(); // its end is told
      world.apply(new Step(4, 0, 0));
      world.settle();
      assertThat(world.network.nodes.byId(node.id()).orElseThrow().expiry()).isEmpty();
      world.checkAll();
    }
  }

  @Test
  void oneChangeIsOneMessageForAllWhoHeardTheSame() throws Exception {
    try (World world = new World()) {
      NodeRecord node = world.network.nodes.require("seed0");
      world.apply(new Step(6, 0, 3));
      world.settle();
      List<Client> others =
          world.clients.entrySet().stream()
              .filter(entry -> entry.getKey() != node.id())
              .map(Map.Entry::getValue)
              .toList();
      assertThat(others).hasSize(STREAMS - 1);
      assertThat(others.get(0).last).isSameAs(others.get(1).last);
      assertThat(world.clients.get(node.id()).last).isNotSameAs(others.get(0).last);
    }
  }

  @Test
  void aStreamThatMissedTooMuchGetsAFullMapAgain() throws Exception {
    try (World world = new World()) {
      Client client = world.clients.get(world.network.nodes.require("seed1").id());
      client.stalled = true;
      int before = client.messages;
      for (int i = 0; i <= LOG_CAPACITY; i++) {
        world.apply(new Step(6, 0, i));
      }
      world.settle();
      assertThat(client.messages).isEqualTo(before);
      world.unstallAll();
      assertThat(client.messages).isEqualTo(before + 1);
      assertThat(client.last.type()).isEqualTo(MapMetrics.Message.FULL);
      world.checkAll();
    }
  }

  @Test
  void aStreamLeftAloneByForgottenDeletionsIsEndedSinceNoMessageCanSayIt() throws Exception {
    try (World world = new World()) {
      NodeRecord survivor = world.network.nodes.require("seed1");
      Client client = world.clients.get(survivor.id());
      client.stalled = true;
      for (int i = 0; i <= LOG_CAPACITY; i++) {
        world.apply(new Step(6, 0, i));
      }
      world.inLoop(() -> world.network.nodes.delete(world.network.nodes.require("seed0")));
      world.inLoop(() -> world.network.nodes.delete(world.network.nodes.require("seed2")));
      world.unstallAll();
      assertThat(client.closed).isTrue();
    }
  }

  @Test
  void aStreamThatTakesNothingForTwoMinutesIsEnded() throws Exception {
    try (World world = new World()) {
      Client client = world.clients.values().iterator().next();
      client.stalled = true;
      world.nanos += Duration.ofSeconds(119).toNanos();
      world.inLoop(world.hub::keepAlive);
      assertThat(client.closed).isFalse();
      world.nanos += Duration.ofSeconds(2).toNanos();
      world.inLoop(world.hub::keepAlive);
      assertThat(client.closed).isTrue();
    }
  }

  @Test
  void quietStreamsAreKeptAlive() throws Exception {
    try (World world = new World()) {
      Client client = world.clients.values().iterator().next();
      int before = client.messages;
      world.nanos += Duration.ofSeconds(49).toNanos();
      world.inLoop(world.hub::keepAlive);
      assertThat(client.messages).isEqualTo(before);
      world.nanos += Duration.ofSeconds(11).toNanos();
      world.inLoop(world.hub::keepAlive);
      assertThat(client.messages).isEqualTo(before + 1);
    }
  }

  /** A client behind a stream that takes messages only when told so. */
  private static final class Client implements MapSink {
    private final MapSession folding = new MapSession();
    private final TestNetwork network;
    private Optional<Netmap> netmap = Optional.empty();
    private boolean stalled;
    private boolean closed;
    private int messages;
    private MapMessage last = MapMessage.KEEP_ALIVE;

    Client(TestNetwork network) {
      this.network = network;
    }

    @Override
    public boolean isReady() {
      return !stalled;
    }

    @Override
    public void send(MapMessage message) {
      messages++;
      last = message;
      try {
        // By way of the wire, so that nothing is compared that a client does not get.
        MapResponse received = WireJson.decode(message.json(), MapResponse.class);
        for (MapEvent event : folding.onMessage(received, network.now)) {
          if (event instanceof MapEvent.NetmapChanged changed) {
            netmap = Optional.of(changed.netmap());
          }
        }
      } catch (WireException | MapProtocolException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void close() {
      closed = true;
    }

    @Override
    public void abort() {
      closed = true;
    }
  }

  private static final class World implements AutoCloseable {
    private final Path dir;
    private final TestNetwork network;
    private final CoordinatorLoop loop = new CoordinatorLoop();
    private final MapComposer composer;
    private final SessionHub hub;
    private final Map<Long, Client> clients = new TreeMap<>();
    private final Map<Long, NodeSession> sessions = new TreeMap<>();
    private long nanos;
    private int joined;
    private int renames;

    World() throws IOException {
      dir = Files.createTempDirectory("folding");
      network = new TestNetwork(dir);
      composer =
          new MapComposer(
              network.nodes,
              network.users,
              ServerConfig.defaults().dns(),
              DERPMap.of(Map.of()),
              network.clock,
              MapMetrics.unread());
      hub =
          new SessionHub(
              loop,
              network.nodes,
              network.users,
              composer,
              network.clock,
              () -> nanos,
              JitterSource.seeded(1),
              Duration.ofMinutes(30),
              MapMetrics.unread(),
              LOG_CAPACITY);
      for (int i = 0; i < STREAMS; i++) {
        String name = "seed" + i;
        inLoop(() -> network.join("alice", name));
        open(network.nodes.require(name));
      }
      settle();
    }

    void open(NodeRecord node) {
      Client client = new Client(network);
      clients.put(node.id(), client);
      inLoop(() -> sessions.put(node.id(), hub.open(node, client)));
    }

    void apply(Step step) {
      List<NodeRecord> all = new ArrayList<>(network.nodes.all());
      if (all.size() < 2 || step.action() == 0) {
        inLoop(() -> network.join(step.value() % 2 == 0 ? "alice" : "bob", "node" + joined++));
        return;
      }
      NodeRecord node = all.get(step.target() % all.size());
      network.now = network.now.plusSeconds(step.value() % 100);
      inLoop(() -> change(step, node));
    }

    private void change(Step step, NodeRecord node) {
      NodeFacts facts = node.facts();
      switch (step.action()) {
        case 1 -> network.nodes.delete(node);
        case 2 -> rename(node, "name" + step.value());
        case 3 ->
            network.nodes.setExpiry(node, Optional.of(network.now.plusSeconds(step.value() % 50)));
        case 4 -> network.nodes.setExpiry(node, Optional.empty());
        case 5 -> network.nodes.setTags(node, List.of("tag:t" + step.value() % 3));
        case 6 ->
            facts(
                node,
                facts.discoKey(),
                List.of(Endpoint.parse("192.0.2.1:" + (1 + step.value() % 9))),
                facts.homeDerp());
        case 7 -> facts(node, facts.discoKey(), List.of(), step.value() % 3);
        case 8 -> facts(node, disco(step.value()), facts.endpoints(), facts.homeDerp());
        case 9 -> endStream(node);
        case 10 -> stall(node);
        case 11 -> network.users.rename(network.users.byId(1).orElseThrow(), "renamed" + renames++);
        default -> network.nodes.announceExpired();
      }
    }

    private void rename(NodeRecord node, String name) {
      if (network.nodes.all().stream().noneMatch(other -> other.label().given().equals(name))) {
        network.nodes.rename(node, name);
      }
    }

    private void facts(NodeRecord node, DiscoKey disco, List<Endpoint> endpoints, int derp) {
      network.nodes.updateFacts(
          node, new NodeFacts(disco, endpoints, derp, node.facts().hostinfo(), 131));
    }

    private static DiscoKey disco(int value) {
      byte[] key = new byte[32];
      key[0] = (byte) value;
      return DiscoKey.of(key);
    }

    private void endStream(NodeRecord node) {
      NodeSession session = sessions.remove(node.id());
      if (session != null) {
        clients.remove(node.id());
        hub.ended(session);
      }
    }

    private void stall(NodeRecord node) {
      Client client = clients.get(node.id());
      if (client != null) {
        client.stalled = !client.stalled;
        if (!client.stalled) {
          hub.ready(sessions.get(node.id()));
        }
      }
    }

    void unstallAll() {
      inLoop(
          () -> {
            network.nodes.announceExpired();
            clients.forEach(
                (id, client) -> {
                  client.stalled = false;
                  hub.ready(sessions.get(id));
                });
          });
      settle();
    }

    void checkAll() {
      for (Map.Entry<Long, Client> entry : clients.entrySet()) {
        Optional<NodeRecord> self = network.nodes.byId(entry.getKey());
        if (self.isEmpty()) {
          assertThat(entry.getValue().closed).isTrue();
          continue;
        }
        if (entry.getValue().closed) {
          continue; // ended by the server: the client comes back and starts from a full map
        }
        Client fresh = new Client(network);
        inLoop(() -> fresh.send(composer.full(self.get())));
        Netmap folded = entry.getValue().netmap.orElseThrow();
        Netmap full = fresh.netmap.orElseThrow();
        assertThat(comparable(folded.peers().values()))
            .isEqualTo(comparable(full.peers().values()));
        assertThat(comparableSelf(folded.self())).isEqualTo(comparableSelf(full.self()));
        assertThat(folded.users()).containsAllEntriesOf(full.users());
        assertThat(folded.packetFilters()).isEqualTo(full.packetFilters());
        assertThat(folded.dns()).isEqualTo(full.dns());
      }
    }

    /** Whether a peer has expired is for the client to say: the patch carries the time alone. */
    private List<Node> comparable(Iterable<Node> peers) {
      List<Node> nodes = new ArrayList<>();
      peers.forEach(
          peer -> {
            boolean expired = peer.expiredAt(network.now);
            nodes.add(
                peer.toBuilder()
                    .expired(expired)
                    .machineAuthorized(true)
                    .keyExpiry(expired ? null : unset(peer))
                    .build());
          });
      nodes.sort(Comparator.comparingLong(Node::id));
      return nodes;
    }

    private static @Nullable Instant unset(Node peer) {
      return WireTime.isSet(peer.keyExpiry()) ? peer.keyExpiry() : null;
    }

    /** A node knows best where it is and that it is there. */
    private Node comparableSelf(Node self) {
      return self.toBuilder().endpoints(List.of()).online(null).lastSeen(null).build();
    }

    void inLoop(Runnable task) {
      loop.call(
              () -> {
                task.run();
                return true;
              })
          .join();
    }

    /** Waits for the flush that a change has queued. */
    void settle() {
      inLoop(() -> {});
      inLoop(() -> {});
    }

    @Override
    public void close() throws IOException {
      loop.close();
      network.close();
      try (Stream<Path> files = Files.walk(dir)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
