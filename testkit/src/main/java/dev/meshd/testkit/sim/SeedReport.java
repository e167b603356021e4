package dev.meshd.testkit.sim;

import java.util.List;

/** Runs one history, and explains it if it fails. */
final class SeedReport {

  private static final int LAST_LINES = 120;

  private SeedReport() {}

  /**
   * Returns how many events the history had.
   *
   * @throws AssertionError that says what was expected, how to replay the seed, which steps it
   *     takes, and what happened
   */
  static long run(long seed, Scenario scenario) {
    try (MeshSimulation simulation = new MeshSimulation(scenario)) {
      try {
        simulation.run();
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError(explain(seed, scenario, simulation.history(), failure), failure);
      }
      return simulation.events();
    }
  }

  private static String explain(
      long seed, Scenario scenario, List<String> history, Throwable failure) {
    Scenario smallest = new Minimiser().minimise(scenario);
    List<String> last = history.subList(Math.max(0, history.size() - LAST_LINES), history.size());
    return """
        seed %d, %d machines: %s
        replay it with: ./test sim %d
        what happened%s:
        %s
        of its %d steps these %d are enough to fail, with "%s":
        %s"""
        .formatted(
            seed,
            scenario.nodes(),
            failure,
            seed,
            last.size() < history.size() ? ", towards the end" : "",
            String.join("\n", last),
            scenario.steps().size(),
            smallest.steps().size(),
            Minimiser.failure(smallest).map(Throwable::getMessage).orElse("nothing"),
            Minimiser.inWords(smallest));
  }
}
