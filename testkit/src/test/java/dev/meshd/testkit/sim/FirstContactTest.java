package dev.meshd.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.engine.PeerStatus;
import dev.meshd.testkit.sim.SimNat.Behaviour;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long two fresh machines behind ordinary NATs take to talk, and to talk directly. */
class FirstContactTest {

  private static final long MS = 1_000_000L;
  private static final SimSite.Kind ORDINARY =
      SimSite.Kind.behind(Behaviour.ENDPOINT_INDEPENDENT, Behaviour.ADDRESS_AND_PORT_DEPENDENT);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void isFastWhenBothStartTogether(long seed) {
    SimRandom random = new SimRandom(seed);
    try (SimWorld world = new SimWorld(random, 1)) {
      SimNode a = world.addNode(world.addSite(ORDINARY));
      SimNode b = world.addNode(world.addSite(ORDINARY));
      world.events().after(random.between(0, 200 * MS), a::start);
      world.events().after(random.between(0, 200 * MS), b::start);

      long reply =
          until(
              world,
              () -> a.known().isPresent() && b.known().isPresent() && a.status(b).isPresent());
      long first = world.ask(a, b);
      long answered = until(world, () -> world.ledger().isAnswered(first));
      long direct = until(world, () -> isDirect(a, b) && isDirect(b, a));

      assertThat(answered - reply).as("first answer, ms").isLessThan(500 * MS);
      assertThat(direct - answered).as("relay to direct, ms").isLessThan(1_000 * MS);
    }
  }

  private static boolean isDirect(SimNode from, SimNode to) {
    return from.status(to).flatMap(PeerStatus::currentAddress).isPresent();
  }

  private static long until(SimWorld world, BooleanSupplier condition) {
    for (int i = 0; i < 20_000 && !condition.getAsBoolean(); i++) {
      world.events().runUntil(world.events().nowNs() + MS);
    }
    return world.events().nowNs();
  }
}
