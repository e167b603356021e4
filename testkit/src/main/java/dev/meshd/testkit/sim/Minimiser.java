package dev.meshd.testkit.sim;

import dev.meshd.testkit.sim.Scenario.Step;
import java.util.Optional;

/**
 * Leaves steps out of a failing history for as long as it still fails, to find what it takes. The
 * shorter history may fail for another reason; that is worth knowing too.
 */
final class Minimiser {

  private static final int MAX_RUNS = 400;

  private int runs;

  /** Why a history fails; empty if it does not. */
  static Optional<Throwable> failure(Scenario scenario) {
    try (MeshSimulation simulation = new MeshSimulation(scenario)) {
      simulation.run();
      return Optional.empty();
    } catch (AssertionError | RuntimeException failure) {
      return Optional.of(failure);
    }
  }

  Scenario minimise(Scenario failing) {
    Scenario smallest = failing;
    boolean smaller = true;
    while (smaller) {
      smaller = false;
      for (int step = smallest.steps().size() - 1; step >= 0 && runs < MAX_RUNS; step--) {
        Scenario candidate = smallest.without(step);
        runs++;
        if (failure(candidate).isPresent()) {
          smallest = candidate;
          smaller = true;
        }
      }
      smaller &= runs < MAX_RUNS;
    }
    return smallest;
  }

  /** The steps, one per line. */
  static String inWords(Scenario scenario) {
    StringBuilder words = new StringBuilder();
    for (Step step : scenario.steps()) {
      words.append("%9.3f s  %s%n".formatted(step.afterNs() / 1e9, step.transition()));
    }
    return words.append("then ").append(scenario.ending()).toString();
  }
}
