package dev.meshd.bench;

import dev.meshd.bench.micro.MicroBenchmarks;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./bench micro}. */
@Command(
    name = "micro",
    description = {
      "What packets, handshakes and maps cost, with JMH.",
      "Fails when something allocates that promises not to."
    })
final class MicroBench implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      defaultValue = "",
      paramLabel = "PATTERN",
      description = "A regular expression for the benchmarks to run, such as Aead; all.")
  private String pattern = "";

  @Option(
      names = "--iterations",
      defaultValue = "3",
      description = "Iterations of warming up, and of measuring; ${DEFAULT-VALUE}.")
  private int iterations;

  @Option(
      names = "--millis",
      defaultValue = "500",
      description = "Milliseconds of an iteration; ${DEFAULT-VALUE}.")
  private int millis;

  @Option(
      names = "--forks",
      defaultValue = "1",
      description = "JVMs, one after the other; ${DEFAULT-VALUE}.")
  private int forks;

  @Override
  public Integer call() throws Exception {
    Bench.printMachine();
    List<String> broken =
        MicroBenchmarks.run(pattern, iterations, TimeValue.milliseconds(millis), forks, System.out);
    broken.forEach(sentence -> System.out.println("FAULT: " + sentence));
    return broken.isEmpty() ? 0 : 1;
  }
}
