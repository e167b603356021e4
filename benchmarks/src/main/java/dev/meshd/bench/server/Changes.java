package dev.meshd.bench.server;

import dev.meshd.control.model.Node;
import dev.meshd.control.model.WireTime;
import dev.meshd.coordinator.admin.AdminClient;
import dev.meshd.coordinator.admin.AdminException;
import dev.meshd.crypto.NodeKey;
import dev.meshd.packet.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Makes one change of each kind at a time and waits until everybody it concerns has it. Owned by
 * one thread.
 */
final class Changes {
  private final Fleet fleet;
  private final AdminClient admin;
  private final Duration limit;
  private int round;

  Changes(Fleet fleet, AdminClient admin, Duration limit) {
    this.fleet = fleet;
    this.admin = admin;
    this.limit = limit;
  }

  /**
   * How one change spread.
   *
   * @param viewers whom it concerned
   * @param missed who had not heard of it when the time was up
   * @param delaysNs of those who had
   */
  record Outcome(int viewers, long missed, List<Long> delaysNs) {
    /** Until the last of them. */
    long allNs() {
      return delaysNs.stream().mapToLong(Long::longValue).max().orElse(0);
    }
  }

  /** Makes a change. */
  private interface Act {
    void run() throws IOException, InterruptedException, AdminException;
  }

  /** A node's public address changes. */
  Outcome endpoints() throws IOException, InterruptedException, AdminException {
    SimulatedNode node = next();
    List<Endpoint> fresh = HostSamples.endpoints(node.number(), ++round);
    return spread(
        node.nodeKey(), is(peer -> peer.endpoints().equals(fresh)), () -> node.moveTo(fresh));
  }

  /** A node tells another host name. */
  Outcome hostname() throws IOException, InterruptedException, AdminException {
    SimulatedNode node = next();
    String fresh = HostSamples.hostname(node.number()) + "-" + ++round;
    return spread(
        node.nodeKey(),
        is(peer -> peer.hostinfo() != null && peer.hostinfo().hostname().equals(fresh)),
        () -> node.renameHost(fresh));
  }

  /** The operator renames a node. */
  Outcome rename() throws IOException, InterruptedException, AdminException {
    SimulatedNode node = next();
    String fresh = "renamed-" + ++round;
    String id = id(node);
    return spread(
        node.nodeKey(),
        is(peer -> peer.name().startsWith(fresh + ".")),
        () -> admin.renameNode(id, fresh));
  }

  /** The operator gives a node's key another end. */
  Outcome expiry() throws IOException, InterruptedException, AdminException {
    SimulatedNode node = next();
    Instant end = Instant.now().plus(Duration.ofDays(++round)).truncatedTo(ChronoUnit.SECONDS);
    String id = id(node);
    return spread(
        node.nodeKey(),
        is(peer -> WireTime.isSet(peer.keyExpiry()) && end.equals(peer.keyExpiry())),
        () -> admin.expireNode(id, end));
  }

  /** A node joins and, after everybody knows it, is deleted. */
  List<Outcome> joinAndLeave() throws IOException, InterruptedException, AdminException {
    BitSet others = fleet.streaming();
    SimulatedNode newcomer = fleet.prepare();
    Outcome join =
        spread(newcomer.nodeKey(), others, is(peer -> true), () -> fleet.launch(newcomer));
    int all = fleet.nodes().size();
    if (fleet.awaitStreaming(all, limit) < all) {
      throw new IOException("the newcomer has no map; " + fleet.troubles());
    }
    String id = id(newcomer);
    fleet.retire(newcomer);
    Outcome leave =
        spread(newcomer.nodeKey(), others, Optional::isEmpty, () -> admin.deleteNode(id));
    return List.of(join, leave);
  }

  /** A tenth of all nodes change their address in the same moment. */
  Outcome burst() throws InterruptedException {
    round++;
    List<SimulatedNode> movers = fleet.nodes().subList(0, Math.max(2, fleet.nodes().size() / 10));
    List<Spread> spreads = new ArrayList<>();
    List<Thread> senders = new ArrayList<>();
    for (SimulatedNode mover : movers) {
      List<Endpoint> fresh = HostSamples.endpoints(mover.number(), round);
      BitSet viewers = fleet.streaming();
      viewers.clear(mover.number());
      Spread spread = new Spread(is(peer -> peer.endpoints().equals(fresh)), viewers);
      fleet.watch(mover.nodeKey(), spread);
      spreads.add(spread);
      senders.add(Thread.ofVirtual().unstarted(() -> move(mover, fresh)));
    }
    spreads.forEach(Spread::begin);
    senders.forEach(Thread::start);
    long missed = 0;
    for (Spread spread : spreads) {
      if (!spread.await(limit)) {
        missed += spread.missing();
      }
    }
    movers.forEach(mover -> fleet.unwatch(mover.nodeKey()));
    List<Long> delays = spreads.stream().flatMap(s -> s.delaysNs().stream()).toList();
    return new Outcome(spreads.size() * (fleet.nodes().size() - 1), missed, delays);
  }

  private void move(SimulatedNode mover, List<Endpoint> fresh) {
    try {
      mover.moveTo(fresh);
    } catch (IOException e) {
      fleet.trouble(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Outcome spread(NodeKey changing, Predicate<Optional<Node>> seen, Act act)
      throws IOException, InterruptedException, AdminException {
    BitSet viewers = fleet.streaming();
    fleet.nodes().stream()
        .filter(node -> node.nodeKey().equals(changing))
        .forEach(node -> viewers.clear(node.number()));
    return spread(changing, viewers, seen, act);
  }

  private Outcome spread(NodeKey changing, BitSet viewers, Predicate<Optional<Node>> seen, Act act)
      throws IOException, InterruptedException, AdminException {
    Spread spread = new Spread(seen, viewers);
    fleet.watch(changing, spread);
    try {
      spread.begin();
      act.run();
      spread.await(limit);
      return new Outcome(viewers.cardinality(), spread.missing(), spread.delaysNs());
    } finally {
      fleet.unwatch(changing);
    }
  }

  private SimulatedNode next() {
    return fleet.nodes().get(round % fleet.nodes().size());
  }

  private static String id(SimulatedNode node) {
    return node.netmap().orElseThrow().self().stableId();
  }

  private static Predicate<Optional<Node>> is(Predicate<Node> condition) {
    return node -> node.isPresent() && condition.test(node.get());
  }
}
