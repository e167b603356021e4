package dev.meshd.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.engine.PeerStatus;
import dev.meshd.packet.IpAddress;
import dev.meshd.testkit.sim.SimNat.Behaviour;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long two fresh machines behind ordinary NATs take to talk, and to talk directly. */
class FirstContactTest {

  private static final long MS = 1_000_000L;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void isFastWhenBothStartTogether(long seed) {
    SimRandom random = new SimRandom(seed);
    try (SimWorld world = new SimWorld(random, 1)) {
      SimNode a = world.addNode(IpAddress.parse("10.0.1.5"), Optional.of(nat("203.0.113.1")));
      SimNode b = world.addNode(IpAddress.parse("10.0.2.5"), Optional.of(nat("203.0.113.2")));
      world.events().after(random.between(0, 200 * MS), a::start);
      world.events().after(random.between(0, 200 * MS), b::start);

      long reply = until(world, () -> a.status(b).isPresent());
      long first = world.ping(a, b);
      long answered = until(world, () -> a.hasAnswer(first));
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

  private static SimNat nat(String external) {
    return new SimNat(
        IpAddress.parse(external),
        Behaviour.ENDPOINT_INDEPENDENT,
        Behaviour.ADDRESS_AND_PORT_DEPENDENT,
        30_000 * MS);
  }
}
