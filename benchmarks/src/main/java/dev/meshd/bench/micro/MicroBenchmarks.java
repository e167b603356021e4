package dev.meshd.bench.micro;

import dev.meshd.bench.measure.MarkdownTable;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmarks of this package in JVMs like the daemon's. Stateless. */
public final class MicroBenchmarks {
  private static final String ALLOCATION = "gc.alloc.rate.norm";

  /** Below this it is the measurement itself. */
  private static final double NOTHING_BYTES = 0.5;

  private MicroBenchmarks() {}

  /**
   * Runs the benchmarks whose names match.
   *
   * @param pattern a regular expression; empty for all
   * @param iterations measured and warm-up ones, in each of two JVMs
   * @return those that allocate although they promise not to
   */
  public static List<String> run(
      String pattern, int iterations, TimeValue iteration, int forks, PrintStream out)
      throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("dev\\.meshd\\.bench\\.micro\\..*" + pattern)
            .forks(forks)
            .warmupIterations(iterations)
            .warmupTime(iteration)
            .measurementIterations(iterations)
            .measurementTime(iteration)
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .jvmArgs(
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow");
    Collection<RunResult> results = new Runner(options.build()).run();
    MarkdownTable table = new MarkdownTable("Benchmark", "Time", "±", "Unit", "Bytes allocated");
    List<String> broken = new ArrayList<>();
    for (RunResult result : results) {
      Result<?> time = result.getPrimaryResult();
      double allocated = allocatedBytes(result);
      table.row(
          name(result),
          MarkdownTable.number(time.getScore()),
          Double.isNaN(time.getScoreError()) ? "" : MarkdownTable.number(time.getScoreError()),
          time.getScoreUnit(),
          allocated < NOTHING_BYTES ? "0" : MarkdownTable.number(allocated));
      if (promisesNothing(result) && allocated >= NOTHING_BYTES) {
        broken.add(
            "%s allocates %s bytes each time, and promises none"
                .formatted(name(result), MarkdownTable.number(allocated)));
      }
    }
    out.println(table);
    return broken;
  }

  private static double allocatedBytes(RunResult result) {
    for (Map.Entry<String, ?> secondary : result.getSecondaryResults().entrySet()) {
      if (secondary.getKey().endsWith(ALLOCATION) && secondary.getValue() instanceof Result<?> r) {
        return r.getScore();
      }
    }
    throw new IllegalStateException("JMH did not count allocations");
  }

  private static boolean promisesNothing(RunResult result) {
    String benchmark = result.getParams().getBenchmark();
    int dot = benchmark.lastIndexOf('.');
    try {
      Method method =
          Class.forName(benchmark.substring(0, dot)).getMethod(benchmark.substring(dot + 1));
      AllocatesNothing promise = method.getAnnotation(AllocatesNothing.class);
      return promise != null
          && (promise.onlyEngine().isEmpty()
              || promise.onlyEngine().equals(result.getParams().getParam("engine")));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("JMH ran what is not there", e);
    }
  }

  /** Class and method, and the parameters in brackets. */
  private static String name(RunResult result) {
    String[] words = result.getParams().getBenchmark().split("\\.");
    String parameters =
        result.getParams().getParamsKeys().stream()
            .map(key -> key + " " + result.getParams().getParam(key))
            .collect(Collectors.joining(", "));
    String name = words[words.length - 2].replace("Benchmark", "") + " " + words[words.length - 1];
    return parameters.isEmpty() ? name : name + " (" + parameters + ")";
  }
}
