package dev.meshd.testkit.sim;

import static dev.meshd.testkit.sim.Liveness.SECOND;

import dev.meshd.testkit.sim.Scenario.Step;
import java.util.List;

/**
 * One seed's history: a mesh comes up, trouble strikes for a while, the network heals, everyone
 * must be able to talk to everyone whom they may, and then there is one more trial.
 *
 * <p>What trouble there is: {@link Transition}. What the last trial is: {@link Ending}. What must
 * hold:
 *
 * <ul>
 *   <li>At every moment: what comes out of a tunnel is what {@link PacketLedger} lets pass; nothing
 *       is sent in clear, or to anyone but a peer; no engine asks to be woken in the past, or again
 *       at once for what it was just woken for; {@link Census} stays within its bounds.
 *   <li>Within {@link #RECOVERY_NS} of the network's healing every pair that {@link Reachability}
 *       names exchanges a packet both ways, and within {@link #DIRECT_NS} more directly, if their
 *       networks allow it.
 *   <li>What the ending asks for.
 * </ul>
 *
 * <p>A violation throws an {@link InvariantViolation}; {@link #history} then tells how it came to
 * it.
 */
public final class MeshSimulation implements AutoCloseable {

  /** How soon after the network has healed everyone talks to everyone. */
  static final long RECOVERY_NS = 15 * SECOND;

  /**
   * How soon after that a direct path is found where there is one. A node that measured in vain
   * during a long outage may measure again only after 26 s, and takes up to 5 s for it.
   */
  static final long DIRECT_NS = 35 * SECOND;

  private final Scenario scenario;
  private final SimWorld world;
  private final SimRandom random;
  private final Stage stage;
  private final Liveness liveness;

  MeshSimulation(Scenario scenario) {
    this.scenario = scenario;
    // Another stream of dice than the one that the scenario was drawn from.
    this.random = new SimRandom(~scenario.seed());
    this.world = new SimWorld(random.branch(), scenario.relays());
    this.stage = new Stage(world);
    this.liveness = new Liveness(world);
    scenario.sites().forEach(world::addSite);
    scenario.homes().forEach(home -> world.addNode(world.sites().get(home)));
  }

  /** A mesh of a few machines, drawn from the seed. */
  public static MeshSimulation of(long seed) {
    return new MeshSimulation(ScenarioDice.roll(seed));
  }

  /** A mesh of so many machines, drawn from the seed. */
  public static MeshSimulation of(long seed, int nodes) {
    return new MeshSimulation(ScenarioDice.roll(seed, nodes));
  }

  /** Runs the history to its end. */
  public void run() {
    world.attacker().use(scenario.attacks());
    for (SimNode node : world.nodes()) {
      world.trace("%s in %s", node, node.site());
      world.events().after(random.between(0, 2 * SECOND), node::start);
    }
    sufferTrouble();
    heal();
    liveness.requireTalk(RECOVERY_NS);
    liveness.requireDirectPaths(DIRECT_NS);
    new Trials(world, random, liveness).face(scenario.ending(), scenario.sites());
  }

  /** What happened, for the message of a failure. */
  public List<String> history() {
    return world.trace().inWords();
  }

  /** How many events the history has had so far. */
  public long events() {
    return world.events().executed();
  }

  SimWorld world() {
    return world;
  }

  @Override
  public void close() {
    world.close();
  }

  private void sufferTrouble() {
    for (Step step : scenario.steps()) {
      world.events().runUntil(EventQueue.START_NS + step.afterNs());
      stage.apply(step.transition());
      if (step.chatter()) {
        liveness.chatter(random);
      }
    }
    world.pass(SECOND);
  }

  /** The underlay works from here on; whoever was down comes back by itself. */
  private void heal() {
    world.internet().useFaults(LinkFaults.NONE);
    world.relays().forEach(SimRelay::start);
    world.coordinator().useExtraDelay(0);
    world.coordinator().start();
    for (SimNode node : world.nodes()) {
      node.wakeUp();
      node.start();
    }
    world.trace("the network has healed");
  }
}
