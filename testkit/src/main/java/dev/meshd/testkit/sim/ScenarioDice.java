package dev.meshd.testkit.sim;

import dev.meshd.testkit.sim.Scenario.Step;
import dev.meshd.testkit.sim.SimNat.Behaviour;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Draws one {@link Scenario} from a seed. */
final class ScenarioDice {

  private static final long SECOND = 1_000_000_000L;
  private static final long MAX_TROUBLE_NS = 60 * SECOND;

  private final long seed;
  private final SimRandom random;
  private final List<SimSite.Kind> sites = new ArrayList<>();
  private final List<Integer> homes = new ArrayList<>();
  private int relays;

  private ScenarioDice(long seed) {
    this.seed = seed;
    this.random = new SimRandom(seed);
  }

  /** A mesh of two to eight machines, mostly small. */
  static Scenario roll(long seed) {
    ScenarioDice dice = new ScenarioDice(seed);
    return dice.scenario(dice.random.oneOf(2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 6, 8));
  }

  static Scenario roll(long seed, int nodes) {
    return new ScenarioDice(seed).scenario(nodes);
  }

  private Scenario scenario(int nodes) {
    relays = 1 + random.below(3);
    for (int i = 0; i < nodes; i++) {
      homes.add(site());
    }
    List<Step> steps = new ArrayList<>();
    steps.add(new Step(0, new Transition.Weather(LinkFaults.random(random)), false));
    long endNs = random.between(MAX_TROUBLE_NS / 4, MAX_TROUBLE_NS);
    for (long at = wait(nodes); at < endNs; at += wait(nodes)) {
      steps.add(new Step(at, transition(), random.chance(0.7)));
    }
    Ending ending = random.oneOf(Ending.values());
    double attacks = random.oneOf(0.0, 0.0, 0.05, 0.3);
    return new Scenario(seed, relays, sites, homes, steps, ending, attacks);
  }

  /** More machines, more trouble. */
  private long wait(int nodes) {
    return random.between(SECOND / 10, 16 * SECOND / nodes);
  }

  private Transition transition() {
    int node = random.below(homes.size());
    int other = (node + 1 + random.below(homes.size() - 1)) % homes.size();
    return switch (random.below(20)) {
      case 0, 1, 2 -> weather();
      case 3, 4 -> new Transition.Crash(node, random.between(0, 5 * SECOND));
      case 5, 6, 7 -> new Transition.Roam(node, site());
      case 8, 9 -> new Transition.SiteForgetsFlows(random.below(sites.size()));
      case 10 -> new Transition.Sleep(node, random.between(SECOND, 200 * SECOND));
      case 11 -> new Transition.LeaveAndJoin(node, random.between(0, 10 * SECOND));
      case 12 -> membership(node);
      case 13 -> new Transition.RenewKey(node);
      case 14 -> new Transition.Allow(node, other, random.chance(0.5));
      case 15 -> relayTrouble();
      case 16 -> new Transition.ServerDown(random.between(SECOND, 20 * SECOND));
      case 17 -> new Transition.ServerSlow(random.between(0, 4 * SECOND));
      case 18 -> new Transition.RelayDown(region(), random.between(SECOND / 10, 10 * SECOND));
      default -> new Transition.Masquerade(node, other, random.below(homes.size()));
    };
  }

  private Transition weather() {
    if (random.chance(0.15)) {
      return new Transition.OnlyShortDatagrams();
    }
    return new Transition.Weather(random.chance(0.2) ? LinkFaults.DOWN : LinkFaults.random(random));
  }

  private Transition membership(int node) {
    return random.chance(0.4) ? new Transition.Delete(node) : new Transition.Expire(node);
  }

  private Transition relayTrouble() {
    return random.chance(0.3)
        ? new Transition.RelayRetired(region(), random.between(0, 10 * SECOND))
        : new Transition.RelayDown(region(), random.between(SECOND / 10, 10 * SECOND));
  }

  private int region() {
    return 1 + random.below(relays);
  }

  /** A site to be in: sometimes one that is known, mostly a new one. */
  private int site() {
    if (!sites.isEmpty() && random.chance(0.2)) {
      return random.below(sites.size());
    }
    sites.add(kind());
    return sites.size() - 1;
  }

  private SimSite.Kind kind() {
    boolean ipv6 = random.chance(0.3);
    boolean firewalled = ipv6 && random.chance(0.8);
    boolean ipv4 = !ipv6 || random.chance(0.85);
    boolean blocksUdp = random.chance(0.04);
    Optional<SimSite.NatKind> nat =
        !ipv4 || random.chance(0.3) ? Optional.empty() : Optional.of(nat());
    return new SimSite.Kind(ipv4, nat, ipv6, firewalled, blocksUdp);
  }

  private SimSite.NatKind nat() {
    Behaviour mapping =
        random.chance(0.7)
            ? Behaviour.ENDPOINT_INDEPENDENT
            : random.oneOf(Behaviour.ADDRESS_DEPENDENT, Behaviour.ADDRESS_AND_PORT_DEPENDENT);
    return new SimSite.NatKind(mapping, random.oneOf(Behaviour.values()));
  }
}
