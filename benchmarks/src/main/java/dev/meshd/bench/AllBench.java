package dev.meshd.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./bench all}: everything, one after the other, as docs/performance.md wants it. */
@Command(name = "all", description = "All benchmarks, one after the other. Needs root.")
final class AllBench implements Callable<Integer> {
  private static final List<List<String>> WHOLE =
      List.of(List.of("tunnel"), List.of("mesh"), List.of("server"), List.of("micro"));

  /** Some ten minutes on two processors that have nothing else to do. */
  private static final List<List<String>> QUICK =
      List.of(
          List.of("tunnel", "--seconds", "4", "--rounds", "2"),
          List.of("mesh", "--seconds", "4", "--rounds", "2", "--idle", "30"),
          List.of("server", "--rounds", "5", "--idle", "5"),
          List.of("micro", "--iterations", "2", "--millis", "150"));

  @Option(names = "--quick", description = "Fewer and shorter runs: some ten minutes in all.")
  private boolean quick;

  @Override
  public Integer call() {
    List<String> failed = new ArrayList<>();
    for (List<String> arguments : quick ? QUICK : WHOLE) {
      System.out.printf("## ./bench %s%n%n", String.join(" ", arguments));
      if (Bench.run(arguments.toArray(String[]::new)) != 0) {
        failed.add(arguments.getFirst());
      }
    }
    if (!failed.isEmpty()) {
      System.out.println("FAULT: failed or found something wrong: " + String.join(", ", failed));
    }
    return failed.isEmpty() ? 0 : 1;
  }
}
