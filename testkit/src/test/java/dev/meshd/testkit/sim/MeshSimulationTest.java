package dev.meshd.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Runs many seeds, or the one given by {@code -Dmeshd.sim.seed=SEED}; {@code -Dmeshd.sim.count=N}
 * sets how many, {@code -Dmeshd.sim.first=SEED} where to begin.
 */
class MeshSimulationTest {

  private static final long DEFAULT_COUNT = 10_000;
  private static final int THREADS = 2;

  @Test
  void everyMeshIsWholeAgainAfterAnyTrouble() throws Exception {
    Long seed = Long.getLong("meshd.sim.seed");
    if (seed != null) {
      tell(seed);
      return;
    }
    long first = Long.getLong("meshd.sim.first", 1L);
    long end = first + Long.getLong("meshd.sim.count", DEFAULT_COUNT);
    long beganNs = System.nanoTime();
    AtomicLong next = new AtomicLong(first);
    long events = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Callable<Long>> workers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        workers.add(() -> runAll(next, end));
      }
      for (Future<Long> worker : threads.invokeAll(workers)) {
        events += worker.get();
      }
    }
    System.out.printf(
        "simulated %d histories, %d events, in %.1f s%n",
        end - first, events, (System.nanoTime() - beganNs) / 1e9);
  }

  @Test
  @DisabledIfSystemProperty(named = "meshd.sim.seed", matches = ".+")
  void dozensOfMachinesAreOneMesh() {
    for (long seed = 1; seed <= 2; seed++) {
      SeedReport.run(seed, ScenarioDice.roll(seed, 24));
    }
  }

  @Test
  @DisabledIfSystemProperty(named = "meshd.sim.seed", matches = ".+")
  void oneSeedIsOneHistory() {
    for (long seed = 1; seed <= 20; seed++) {
      try (MeshSimulation once = MeshSimulation.of(seed);
          MeshSimulation again = MeshSimulation.of(seed)) {
        once.run();
        again.run();
        assertThat(again.history()).as("seed %d", seed).isEqualTo(once.history());
        assertThat(again.events()).as("seed %d", seed).isEqualTo(once.events());
        assertThat(again.world().internet().digest())
            .as("every datagram of seed %d", seed)
            .isEqualTo(once.world().internet().digest());
      }
    }
  }

  /** Takes seeds until there are no more; returns how many events they had. */
  private static long runAll(AtomicLong next, long end) {
    long events = 0;
    for (long seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
      try {
        events += SeedReport.run(seed, ScenarioDice.roll(seed));
      } catch (AssertionError failure) {
        next.set(end);
        throw failure;
      }
    }
    return events;
  }

  private static void tell(long seed) {
    Scenario scenario = ScenarioDice.roll(seed);
    SeedReport.run(seed, scenario);
    try (MeshSimulation simulation = new MeshSimulation(scenario)) {
      simulation.run();
      simulation.history().forEach(System.out::println);
      System.out.printf("seed %d ends well after %d events%n", seed, simulation.events());
    }
  }
}
