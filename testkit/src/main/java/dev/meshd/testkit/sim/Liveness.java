package dev.meshd.testkit.sim;

import dev.meshd.engine.PeerStatus;
import dev.meshd.testkit.sim.Reachability.Pair;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Waits for what must come to pass, with everybody talking meanwhile, and says who was left out if
 * it does not come in time.
 */
final class Liveness {

  static final long SECOND = 1_000_000_000L;

  private final SimWorld world;
  private final Reachability reachability;
  private long questions;

  Liveness(SimWorld world) {
    this.world = world;
    this.reachability = new Reachability(world);
  }

  List<Pair> pairs() {
    return reachability.pairs();
  }

  boolean isMember(SimNode node) {
    return reachability.isMember(node);
  }

  /** Everyone asks everyone whom they may ask, and nobody waits for answers. */
  void chatter(SimRandom random) {
    for (Pair pair : pairs()) {
      if (random.chance(0.6)) {
        int filling = random.oneOf(0, 0, random.below(OverlayPacket.MAX_FILLING));
        world.ledger().ask(pair.from(), pair.to(), random.chance(0.3), filling);
      }
    }
  }

  /**
   * Each pair exchanges a question and its answer; so does one that comes to exist meanwhile, as a
   * machine that has just been started registers a moment later.
   */
  void requireTalk(long withinNs) {
    requireTalk(this::pairs, withinNs);
    world.trace("everyone talks");
  }

  /** Each pair exchanges a question and its answer. */
  void requireTalk(List<Pair> wanted, long withinNs) {
    requireTalk(() -> wanted, withinNs);
  }

  /** Asks once a second those who have not answered yet. */
  private void requireTalk(Supplier<List<Pair>> wanted, long withinNs) {
    Set<Pair> talked = new HashSet<>();
    List<Pair> silent = wanted.get();
    long deadline = world.events().nowNs() + withinNs;
    while (!silent.isEmpty()) {
      if (world.events().nowNs() >= deadline) {
        throw violation(silent, "do not talk after %.1f s".formatted(withinNs / 1e9));
      }
      List<Long> numbers = new ArrayList<>();
      silent.forEach(pair -> numbers.add(ask(pair)));
      world.pass(Math.min(SECOND, deadline - world.events().nowNs()));
      for (int i = 0; i < silent.size(); i++) {
        if (world.ledger().isAnswered(numbers.get(i))) {
          talked.add(silent.get(i));
        }
      }
      silent = wanted.get().stream().filter(pair -> !talked.contains(pair)).toList();
    }
  }

  /** No question is answered, by whatever way. */
  void requireSilence(List<Pair> pairs, long forNs) {
    List<Long> numbers = new ArrayList<>();
    List<Pair> asked = new ArrayList<>();
    for (long until = world.events().nowNs() + forNs; world.events().nowNs() < until; ) {
      for (Pair pair : pairs) {
        numbers.add(ask(pair));
        asked.add(pair);
      }
      world.pass(SECOND / 2);
    }
    for (int i = 0; i < numbers.size(); i++) {
      if (world.ledger().isAnswered(numbers.get(i))) {
        throw violation(List.of(asked.get(i)), "talk though they must not");
      }
    }
  }

  void requireDirectPaths(long withinNs) {
    long deadline = world.events().nowNs() + withinNs;
    List<Pair> relayed = relayedInVain();
    while (!relayed.isEmpty() && world.events().nowNs() < deadline) {
      talk(SECOND);
      relayed = relayedInVain();
    }
    if (!relayed.isEmpty()) {
      throw violation(relayed, "still use the relay after %.1f s".formatted(withinNs / 1e9));
    }
    world.trace("everyone who can talks directly");
  }

  /** Pairs that use the relay though a direct path exists. */
  List<Pair> relayedInVain() {
    return pairs().stream()
        .filter(pair -> Reachability.directIsPossible(pair) && !isDirect(pair))
        .toList();
  }

  /** Everyone talks for a while; nothing is required. */
  void talk(long forNs) {
    for (long until = world.events().nowNs() + forNs; world.events().nowNs() < until; ) {
      pairs().forEach(this::ask);
      world.pass(Math.min(SECOND, until - world.events().nowNs()));
    }
  }

  /** Waits, in silence, until something is so. */
  void await(String what, long withinNs, Supplier<Boolean> condition) {
    long deadline = world.events().nowNs() + withinNs;
    while (!condition.get()) {
      if (world.events().nowNs() >= deadline) {
        throw new InvariantViolation("not within %.1f s: %s".formatted(withinNs / 1e9, what));
      }
      world.pass(SECOND / 10);
    }
  }

  static boolean isDirect(Pair pair) {
    return pair.from().status(pair.to()).flatMap(PeerStatus::currentAddress).isPresent();
  }

  /** Turns between address families and lengths, so that each is tried. */
  private long ask(Pair pair) {
    questions++;
    int filling = questions % 3 == 0 ? OverlayPacket.MAX_FILLING : 0;
    return world.ledger().ask(pair.from(), pair.to(), questions % 2 == 0, filling);
  }

  InvariantViolation violation(List<Pair> pairs, String what) {
    return new InvariantViolation(
        String.join("; ", pairs.stream().map(Pair::toString).toList()) + " " + what);
  }
}
