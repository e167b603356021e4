package dev.meshd.testkit.sim;

import static dev.meshd.testkit.sim.Liveness.SECOND;

import dev.meshd.testkit.sim.Reachability.Pair;
import dev.meshd.wireguard.noise.HandshakeLayout;
import dev.meshd.wireguard.noise.MessageType;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Carries out the {@link Ending} of a history. */
final class Trials {

  /**
   * How soon a machine that moved, woke up or restarted is back. Mostly within a second; but a
   * handshake that is lost while the relays reconnect is repeated after REKEY_TIMEOUT and its
   * jitter, and a path that nobody has called into question is trusted for 6.5 s.
   */
  private static final long BACK_NS = 8 * SECOND;

  /** After this the last map message of the bad times has arrived. */
  private static final long NEWS_NS = 5 * SECOND;

  /** How long a dead path may be trusted, with a little room. */
  private static final long TRUST_NS = 7 * SECOND;

  /** After this nothing may be sent or received under a session (REJECT_AFTER_TIME). */
  private static final long SESSION_END_NS = 181 * SECOND;

  /**
   * After this the keys of a session are gone: three times REJECT_AFTER_TIME, and the time for
   * which an attacker may hold an initiation back.
   */
  private static final long KEYS_GONE_NS = 570 * SECOND;

  private final SimWorld world;
  private final SimRandom random;
  private final Liveness liveness;

  Trials(SimWorld world, SimRandom random, Liveness liveness) {
    this.world = world;
    this.random = random;
    this.liveness = liveness;
  }

  void face(Ending ending, List<SimSite.Kind> sites) {
    world.trace("ending: %s", ending);
    switch (ending) {
      case STAY_DIRECT -> stayDirect();
      case MOVE -> move(newSite(sites), BACK_NS);
      case MOVE_WITHOUT_SERVER -> {
        withdrawDeadRelays();
        world.coordinator().retire();
        world.nodes().forEach(SimNode::loseControl);
        move(newSite(sites), MeshSimulation.RECOVERY_NS);
      }
      case RESTART -> restart();
      case UDP_LOST -> loseUdp();
      case RELAYS_LOST -> loseRelays();
      case SLEEP -> sleep();
      case LOST_HANDSHAKE -> anyPair().ifPresent(this::loseHandshake);
      case LONG_SESSION -> directPair().ifPresent(pair -> new EdgeReplay(world, pair).run());
      case SILENCE -> keepSilent();
      case REMOVAL -> remove();
    }
  }

  private void stayDirect() {
    for (int second = 0; second < 15; second++) {
      liveness.requireTalk(liveness.pairs(), SECOND);
      List<Pair> relayed = liveness.relayedInVain();
      if (!relayed.isEmpty()) {
        throw liveness.violation(relayed, "fell back to the relay");
      }
    }
  }

  private SimSite newSite(List<SimSite.Kind> kinds) {
    return world.addSite(kinds.get(random.below(kinds.size())));
  }

  private void move(SimSite to, long talkWithinNs) {
    SimNode node = anyNode();
    world.trace("%s moves to %s", node, to);
    node.roam(to);
    liveness.requireTalk(talkWithinNs);
    liveness.requireDirectPaths(MeshSimulation.DIRECT_NS);
  }

  /**
   * Who knows another only by a relay that is gone for good finds him with the server's help or not
   * at all. So the server tells of such relays before it goes itself, and machines find new homes.
   */
  private void withdrawDeadRelays() {
    Set<Integer> known = world.coordinator().relays().regions().keySet();
    List<SimRelay> dead =
        world.relays().stream()
            .filter(relay -> relay.isRetired() && known.contains(relay.region()))
            .toList();
    if (!dead.isEmpty()) {
      dead.forEach(relay -> world.coordinator().withdrawRelay(relay.region()));
      liveness.talk(MeshSimulation.RECOVERY_NS);
    }
  }

  /** The others hold sessions that the restarted machine knows nothing of, and it stays silent. */
  private void restart() {
    SimNode node = anyNode();
    world.trace("%s is killed and starts again", node);
    node.stop();
    world.pass(SECOND);
    node.start();
    List<Pair> callers = liveness.pairs().stream().filter(pair -> pair.to().equals(node)).toList();
    liveness.requireTalk(callers, BACK_NS);
  }

  private void loseUdp() {
    world.trace("UDP is gone");
    world.internet().useFaults(LinkFaults.DOWN);
    long end = world.events().nowNs() + TRUST_NS;
    while (world.events().nowNs() < end) {
      liveness.pairs().forEach(pair -> world.ask(pair.from(), pair.to()));
      world.pass(SECOND / 2);
    }
    liveness.requireTalk(liveness.pairs(), SECOND);
  }

  private void loseRelays() {
    List<Pair> direct = liveness.pairs().stream().filter(Liveness::isDirect).toList();
    world.trace("every relay is gone");
    world.relays().forEach(SimRelay::retire);
    for (int second = 0; second < 10; second++) {
      liveness.requireTalk(direct, SECOND);
    }
  }

  private void sleep() {
    SimNode node = anyNode();
    long forNs = random.between(SECOND, 400 * SECOND);
    world.trace("%s sleeps for %.0f s", node, forNs / 1e9);
    node.fallAsleep();
    liveness.talk(Math.min(forNs, 20 * SECOND));
    world.pass(Math.max(0, forNs - 20 * SECOND));
    world.trace("%s wakes up", node);
    node.wakeUp();
    liveness.requireTalk(BACK_NS);
    liveness.requireDirectPaths(MeshSimulation.DIRECT_NS);
  }

  private void loseHandshake(Pair pair) {
    world.pass(SESSION_END_NS);
    world.trace("a handshake of %s is lost", pair);
    world.internet().swallow(Trials::isInitiation);
    world.relays().forEach(relay -> relay.swallow(Trials::isInitiation));
    long number = world.ask(pair.from(), pair.to());
    world.pass(2 * SECOND);
    world.internet().swallowNothing();
    world.relays().forEach(SimRelay::swallowNothing);
    liveness.await(
        "the one packet of " + pair + " is answered",
        8 * SECOND,
        () -> world.ledger().isAnswered(number));
  }

  private void keepSilent() {
    world.trace("nobody says anything");
    world.pass(KEYS_GONE_NS);
    for (SimNode node : world.nodes()) {
      node.engine()
          .map(engine -> Census.of(engine.engine()).get("keypairs"))
          .filter(keypairs -> keypairs > 0)
          .ifPresent(
              keypairs -> {
                throw new InvariantViolation(
                    "%s still has %d keypairs after all that silence".formatted(node, keypairs));
              });
    }
  }

  /** Its sessions with the others are a few milliseconds old and would be good for minutes. */
  private void remove() {
    SimNode stranger = anyNode();
    List<Pair> pairs =
        liveness.pairs().stream()
            .filter(pair -> pair.from().equals(stranger) || pair.to().equals(stranger))
            .toList();
    world.trace("the administrator removes %s, who goes on", stranger);
    stranger.onDeleted();
    world.pass(NEWS_NS);
    liveness.requireSilence(pairs, 5 * SECOND);
    for (SimNode node : world.nodes()) {
      boolean kept =
          liveness.isMember(node)
              && node.engine()
                  .flatMap(engine -> engine.engine().device().peer(stranger.nodeKey()))
                  .isPresent();
      if (kept) {
        throw new InvariantViolation(node + " keeps the removed peer " + stranger);
      }
    }
  }

  private static boolean isInitiation(byte[] datagram) {
    return datagram.length == MessageType.HANDSHAKE_INITIATION.minimumLength()
        && HandshakeLayout.firstWord(datagram) == MessageType.HANDSHAKE_INITIATION.wireValue();
  }

  private SimNode anyNode() {
    return world.nodes().get(random.below(world.nodes().size()));
  }

  private Optional<Pair> anyPair() {
    return any(liveness.pairs());
  }

  private Optional<Pair> directPair() {
    return any(liveness.pairs().stream().filter(Liveness::isDirect).toList());
  }

  private Optional<Pair> any(List<Pair> pairs) {
    return pairs.isEmpty() ? Optional.empty() : Optional.of(pairs.get(random.below(pairs.size())));
  }
}
