package dev.meshd.testkit.sim;

import dev.meshd.engine.PeerStatus;
import dev.meshd.packet.IpAddress;
import dev.meshd.testkit.sim.SimNat.Behaviour;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One seed's history: a mesh comes up, trouble strikes for a while, the network heals, and then
 * everyone must be able to talk to everyone again.
 *
 * <p>Trouble is loss, delay, re-ordering, duplication and partitions of the underlay; daemons
 * killed and started again; relays and the coordination server down; NATs that forget; machines
 * that move.
 *
 * <p>What must hold:
 *
 * <ul>
 *   <li>Within {@link #RECOVERY_NS} of the network's healing every pair exchanges a packet both
 *       ways.
 *   <li>Where the NATs allow it, the pair then talks directly within {@link #DIRECT_NS} more.
 *   <li>Then one of: both hold once more after a machine has moved while the coordination server is
 *       gone; a restarted machine is reached by a peer it does not call; without UDP the relay has
 *       taken over when trust in the direct path has run out; or direct paths stay as they are.
 *   <li>A packet comes out only at the node it was sent to, as it was sent, and never shows in
 *       clear on the underlay.
 *   <li>No engine asks to be woken in the past, or again at once for what it was just woken for.
 * </ul>
 *
 * <p>A violation throws an {@link InvariantViolation}; {@link #history} then tells how it came to
 * it.
 */
public final class MeshSimulation implements AutoCloseable {

  private static final long SECOND = 1_000_000_000L;

  /** How soon after the network has healed everyone talks to everyone. */
  static final long RECOVERY_NS = 15 * SECOND;

  /**
   * How soon after that a direct path is found where there is one. A node that measured in vain
   * during a long outage may measure again only after 26 s, and takes up to 5 s for it.
   */
  static final long DIRECT_NS = 35 * SECOND;

  /** How soon a restarted node answers peers that never stopped calling. */
  static final long RESTART_NS = 5 * SECOND;

  /** How long a dead path may be trusted, with a little room. */
  private static final long TRUST_NS = 7 * SECOND;

  private static final long TROUBLE_NS = 60 * SECOND;
  private static final long PING_EVERY_NS = SECOND;
  private static final long NAT_TIMEOUT_NS = 60 * SECOND;

  private final SimRandom random;
  private final SimWorld world;
  private int addresses;

  public MeshSimulation(long seed, int nodeCount) {
    this.random = new SimRandom(seed);
    this.world = new SimWorld(random.branch(), 1 + random.below(2));
    for (int i = 0; i < nodeCount; i++) {
      world.addNode(freshAddress(), randomNat());
    }
  }

  /** Runs the history to its end. */
  public void run() {
    world.internet().useFaults(LinkFaults.random(random));
    for (SimNode node : world.nodes()) {
      world.events().after(random.between(0, 2 * SECOND), node::start);
    }
    sufferTrouble();
    heal();
    requireTalk();
    requireDirectPaths();
    switch (random.below(4)) {
      case 0 -> surviveAMoveWithoutCoordinator();
      case 1 -> surviveARestart();
      case 2 -> surviveTheLossOfUdp();
      default -> stayDirectWhileNothingHappens();
    }
  }

  /** What happened, for the message of a failure. */
  public List<String> history() {
    return world.history();
  }

  /** How many events the history has had so far. */
  public long events() {
    return world.events().executed();
  }

  @Override
  public void close() {
    world.close();
  }

  // --- trouble

  private void sufferTrouble() {
    long end = world.events().nowNs() + random.between(TROUBLE_NS / 4, TROUBLE_NS);
    while (world.events().nowNs() < end) {
      world.events().runUntil(world.events().nowNs() + random.between(SECOND / 10, 8 * SECOND));
      strike();
      if (random.chance(0.7)) {
        pingEveryone();
      }
    }
  }

  private void strike() {
    SimNode node = anyNode();
    switch (random.below(8)) {
      case 0 -> {
        LinkFaults faults = random.chance(0.2) ? LinkFaults.DOWN : LinkFaults.random(random);
        world.trace("underlay: %s".formatted(faults));
        world.internet().useFaults(faults);
      }
      case 1 -> restart(node);
      case 2 -> {
        SimRelay relay = world.relays().get(random.below(world.relays().size()));
        world.trace("relay %d breaks".formatted(relay.region()));
        relay.stop();
        world.events().after(random.between(SECOND / 10, 10 * SECOND), relay::start);
      }
      case 3 -> breakCoordinator();
      case 4 ->
          node.nat()
              .ifPresent(
                  nat -> {
                    world.trace("the NAT of node %d forgets".formatted(node.id()));
                    nat.flush();
                  });
      case 5 -> {
        world.trace("node %d moves".formatted(node.id()));
        node.roam(freshAddress(), randomNat());
      }
      default -> {}
    }
  }

  private void restart(SimNode node) {
    world.trace("node %d is killed".formatted(node.id()));
    node.stop();
    world
        .events()
        .after(
            random.between(SECOND / 10, 5 * SECOND),
            () -> {
              if (!node.isUp()) {
                world.trace("node %d starts".formatted(node.id()));
                node.start();
              }
            });
  }

  private void breakCoordinator() {
    if (world.coordinator().isUp()) {
      world.trace("the coordination server is down");
      world.coordinator().stop();
      world.nodes().forEach(SimNode::loseControl);
      world.events().after(random.between(SECOND, 20 * SECOND), world.coordinator()::start);
    }
  }

  /** The underlay works from here on; whoever was down comes back by itself. */
  private void heal() {
    world.internet().useFaults(LinkFaults.NONE);
    world.relays().forEach(SimRelay::start);
    world.coordinator().start();
    for (SimNode node : world.nodes()) {
      if (!node.isUp()) {
        node.start();
      }
    }
    world.trace("the network has healed");
  }

  // --- what must hold

  private record Pair(SimNode from, SimNode to) {}

  private List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (SimNode from : world.nodes()) {
      for (SimNode to : world.nodes()) {
        if (!from.equals(to)) {
          pairs.add(new Pair(from, to));
        }
      }
    }
    return pairs;
  }

  private void pingEveryone() {
    for (Pair pair : pairs()) {
      if (random.chance(0.6)) {
        world.ping(pair.from(), pair.to());
      }
    }
  }

  private void requireTalk() {
    requireTalk(pairs(), RECOVERY_NS);
    world.trace("everyone talks");
  }

  private void requireTalk(List<Pair> wanted, long withinNs) {
    List<Pair> silent = wanted;
    long deadline = world.events().nowNs() + withinNs;
    while (!silent.isEmpty()) {
      if (world.events().nowNs() >= deadline) {
        throw new InvariantViolation(describe(silent) + " cannot talk");
      }
      List<Long> numbers = new ArrayList<>();
      silent.forEach(pair -> numbers.add(world.ping(pair.from(), pair.to())));
      world.events().runUntil(world.events().nowNs() + PING_EVERY_NS);
      List<Pair> still = new ArrayList<>();
      for (int i = 0; i < silent.size(); i++) {
        if (!silent.get(i).from().hasAnswer(numbers.get(i))) {
          still.add(silent.get(i));
        }
      }
      silent = still;
    }
  }

  private void requireDirectPaths() {
    long deadline = world.events().nowNs() + DIRECT_NS;
    List<Pair> relayed = relayedThoughDirectIsPossible();
    while (!relayed.isEmpty() && world.events().nowNs() < deadline) {
      pairs().forEach(pair -> world.ping(pair.from(), pair.to()));
      world.events().runUntil(world.events().nowNs() + PING_EVERY_NS);
      relayed = relayedThoughDirectIsPossible();
    }
    if (!relayed.isEmpty()) {
      throw new InvariantViolation(describe(relayed) + " still talk by relay");
    }
    world.trace("everyone who can talks directly");
  }

  /** What the nodes learn of each other they tell each other. */
  private void surviveAMoveWithoutCoordinator() {
    world.coordinator().retire();
    world.nodes().forEach(SimNode::loseControl);
    SimNode node = anyNode();
    world.trace("node %d moves, the coordination server is gone".formatted(node.id()));
    node.roam(freshAddress(), randomNat());
    requireTalk();
    requireDirectPaths();
  }

  /** The others hold sessions that the restarted node knows nothing of, and it stays silent. */
  private void surviveARestart() {
    SimNode node = anyNode();
    world.trace("node %d is killed and starts again".formatted(node.id()));
    node.stop();
    world.events().runUntil(world.events().nowNs() + SECOND);
    node.start();
    List<Pair> callers = pairs().stream().filter(pair -> pair.to().equals(node)).toList();
    requireTalk(callers, RESTART_NS);
  }

  private void surviveTheLossOfUdp() {
    world.trace("UDP is gone");
    world.internet().useFaults(LinkFaults.DOWN);
    long end = world.events().nowNs() + TRUST_NS;
    while (world.events().nowNs() < end) {
      pairs().forEach(pair -> world.ping(pair.from(), pair.to()));
      world.events().runUntil(world.events().nowNs() + PING_EVERY_NS / 2);
    }
    requireTalk(pairs(), PING_EVERY_NS);
  }

  private void stayDirectWhileNothingHappens() {
    for (int second = 0; second < 15; second++) {
      requireTalk(pairs(), PING_EVERY_NS);
      List<Pair> relayed = relayedThoughDirectIsPossible();
      if (!relayed.isEmpty()) {
        throw new InvariantViolation(describe(relayed) + " fell back to the relay");
      }
    }
  }

  private SimNode anyNode() {
    return world.nodes().get(random.below(world.nodes().size()));
  }

  private List<Pair> relayedThoughDirectIsPossible() {
    return pairs().stream()
        .filter(pair -> directIsPossible(pair.from(), pair.to()) && !isDirect(pair))
        .toList();
  }

  private static boolean isDirect(Pair pair) {
    return pair.from().status(pair.to()).flatMap(PeerStatus::currentAddress).isPresent();
  }

  /**
   * The reference model: hole punching works unless one side's NAT gives each destination another
   * port and the other side's NAT insists on knowing that port.
   */
  private static boolean directIsPossible(SimNode a, SimNode b) {
    if (isHard(a)) {
      return !isHard(b) && !insistsOnPort(b);
    }
    return !isHard(b) || !insistsOnPort(a);
  }

  private static boolean isHard(SimNode node) {
    return node.nat().map(nat -> nat.mapping() != Behaviour.ENDPOINT_INDEPENDENT).orElse(false);
  }

  private static boolean insistsOnPort(SimNode node) {
    return node.nat()
        .map(nat -> nat.filtering() == Behaviour.ADDRESS_AND_PORT_DEPENDENT)
        .orElse(false);
  }

  private static String describe(List<Pair> pairs) {
    List<String> names = new ArrayList<>();
    for (Pair pair : pairs) {
      names.add(
          "%d (%s) to %d (%s)"
              .formatted(
                  pair.from().id(), natName(pair.from()), pair.to().id(), natName(pair.to())));
    }
    return "nodes " + String.join(", ", names);
  }

  private static String natName(SimNode node) {
    return node.nat().map(nat -> nat.mapping() + "/" + nat.filtering()).orElse("no NAT");
  }

  // --- places

  /** An address of its own for each machine and move: networks do not overlap. */
  private IpAddress freshAddress() {
    addresses++;
    return IpAddress.ofV4(0x0A000005 + (addresses << 8));
  }

  private Optional<SimNat> randomNat() {
    if (random.chance(0.3)) {
      return Optional.empty();
    }
    Behaviour mapping =
        random.chance(0.7) ? Behaviour.ENDPOINT_INDEPENDENT : Behaviour.ADDRESS_AND_PORT_DEPENDENT;
    Behaviour filtering =
        random.oneOf(
            Behaviour.ENDPOINT_INDEPENDENT,
            Behaviour.ADDRESS_DEPENDENT,
            Behaviour.ADDRESS_AND_PORT_DEPENDENT);
    IpAddress external = IpAddress.ofV4(0xCB007100 + addresses);
    return Optional.of(new SimNat(external, mapping, filtering, NAT_TIMEOUT_NS));
  }
}
