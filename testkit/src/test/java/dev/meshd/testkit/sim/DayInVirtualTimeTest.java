package dev.meshd.testkit.sim;

import static dev.meshd.testkit.sim.Liveness.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.testkit.sim.SimNat.Behaviour;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A day of a mesh with traffic, in which each hour a machine loses its router's flows and its map
 * stream: nothing that an engine holds grows. The most that was held at once in an hour is compared
 * with the second hour, because in the first one the machines still get to know each other.
 */
class DayInVirtualTimeTest {

  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;

  @Test
  void nothingGrowsInADayOfTraffic() {
    SimRandom random = new SimRandom(1);
    try (SimWorld world = new SimWorld(random, 2)) {
      world.addNode(world.addSite(SimSite.Kind.OPEN));
      world.addNode(
          world.addSite(
              SimSite.Kind.behind(
                  Behaviour.ENDPOINT_INDEPENDENT, Behaviour.ADDRESS_AND_PORT_DEPENDENT)));
      world.addNode(
          world.addSite(
              SimSite.Kind.behind(
                  Behaviour.ADDRESS_AND_PORT_DEPENDENT, Behaviour.ADDRESS_AND_PORT_DEPENDENT)));
      world.nodes().forEach(SimNode::start);
      Liveness liveness = new Liveness(world);
      Map<String, Integer> secondHour = new TreeMap<>();
      for (int hour = 0; hour < 24; hour++) {
        Map<String, Integer> most = anHour(world, liveness, hour);
        if (hour == 1) {
          secondHour.putAll(most);
        } else if (hour > 1) {
          assertThat(most)
              .as("hour %d", hour)
              .allSatisfy(
                  (what, size) ->
                      assertThat(size)
                          .as(what)
                          .isLessThanOrEqualTo(secondHour.getOrDefault(what, 0) + 2));
        }
      }
      System.out.printf("most held at once in an hour, all machines together: %s%n", secondHour);
    }
  }

  /**
   * Talks for a minute in every ten, and breaks one machine's paths; returns the most of each kind.
   */
  private static Map<String, Integer> anHour(SimWorld world, Liveness liveness, int hour) {
    Map<String, Integer> most = new TreeMap<>();
    SimNode troubled = world.nodes().get(hour % world.nodes().size());
    troubled.site().forgetFlows();
    troubled.loseControl();
    for (long until = world.events().nowNs() + HOUR; world.events().nowNs() < until; ) {
      liveness.requireTalk(liveness.pairs(), 15 * SECOND);
      liveness.talk(MINUTE);
      count(world, most);
      world.pass(9 * MINUTE);
      count(world, most);
      world.ledger().forget();
    }
    return most;
  }

  private static void count(SimWorld world, Map<String, Integer> most) {
    Map<String, Integer> now = new TreeMap<>();
    for (SimNode node : world.nodes()) {
      Census.of(node.engine().orElseThrow().engine())
          .forEach((what, size) -> now.merge(what, size, Integer::sum));
    }
    now.forEach((what, size) -> most.merge(what, size, Math::max));
  }
}
