package dev.meshd.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Runs many seeds, or the one given by {@code -Dmeshd.sim.seed=SEED}; {@code -Dmeshd.sim.count=N}
 * sets how many, {@code -Dmeshd.sim.first=SEED} where to begin. Negative seeds have four nodes.
 */
class MeshSimulationTest {

  private static final long DEFAULT_COUNT = 1_000;

  @Test
  void twoNodesTalkAgainAfterAnyTrouble() {
    Long seed = Long.getLong("meshd.sim.seed");
    long first = Long.getLong("meshd.sim.first", 1L);
    long count = Long.getLong("meshd.sim.count", DEFAULT_COUNT);
    LongStream seeds = seed == null ? LongStream.range(first, first + count) : LongStream.of(seed);
    long beganNs = System.nanoTime();
    long events = seeds.parallel().map(one -> run(one, seed != null)).sum();
    System.out.printf(
        "simulated %d histories, %d events, in %d ms%n",
        seed == null ? count : 1, events, (System.nanoTime() - beganNs) / 1_000_000);
  }

  @Test
  @DisabledIfSystemProperty(named = "meshd.sim.seed", matches = ".+")
  void severalNodesTalkAgainAfterAnyTrouble() {
    for (long seed = 1; seed <= 20; seed++) {
      run(-seed, false);
    }
  }

  @Test
  @DisabledIfSystemProperty(named = "meshd.sim.seed", matches = ".+")
  void oneSeedIsOneHistory() {
    try (MeshSimulation once = new MeshSimulation(7, 2);
        MeshSimulation again = new MeshSimulation(7, 2)) {
      once.run();
      again.run();
      assertThat(again.history()).isEqualTo(once.history());
      assertThat(again.events()).isEqualTo(once.events());
    }
  }

  /** Returns how many events the history had. */
  private static long run(long seed, boolean tellAll) {
    int nodes = seed < 0 ? 4 : 2;
    try (MeshSimulation simulation = new MeshSimulation(seed, nodes)) {
      try {
        simulation.run();
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError(explain(seed, simulation.history(), failure), failure);
      }
      if (tellAll) {
        simulation.history().forEach(System.out::println);
      }
      return simulation.events();
    }
  }

  private static String explain(long seed, List<String> history, Throwable failure) {
    return """
        seed %d: %s
        replay it with: ./test sim %d
        what happened:
        %s"""
        .formatted(seed, failure.getMessage(), seed, String.join("\n", history));
  }
}
