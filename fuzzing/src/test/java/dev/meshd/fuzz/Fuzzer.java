package dev.meshd.fuzz;

/**
 * What Jazzer calls. The target's name is its one argument.
 *
 * <p>Coverage of all of {@code dev.meshd} guides it, this package excepted.
 */
public final class Fuzzer {

  /** Classes and static state are loaded by the first inputs, at the program's cost. */
  private static final int WARM_UP = 1000;

  private static FuzzTarget target;
  private static FuzzBody body;
  private static long runs;

  private Fuzzer() {}

  /** Called once, before the first input. */
  public static void fuzzerInitialize(String[] arguments) {
    target = FuzzTarget.named(arguments[0]);
    body = target.body();
  }

  /** Called for each input. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    long before = AllocationLimit.soFar();
    body.run(input);
    if (++runs > WARM_UP) {
      AllocationLimit.check(target, before, input.length);
    }
  }
}
