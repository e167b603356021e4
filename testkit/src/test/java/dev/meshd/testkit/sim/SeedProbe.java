package dev.meshd.testkit.sim;

/** Runs seeds until one fails; called across class loaders, so it speaks only the JDK's types. */
public final class SeedProbe {

  private SeedProbe() {}

  /** Returns the first seed that fails and why, or an empty text. */
  public static String firstFailure(long first, long count) {
    for (long seed = first; seed < first + count; seed++) {
      String failure =
          Minimiser.failure(ScenarioDice.roll(seed)).map(Throwable::toString).orElse("");
      if (!failure.isEmpty()) {
        return "seed " + seed + ": " + failure;
      }
    }
    return "";
  }
}
