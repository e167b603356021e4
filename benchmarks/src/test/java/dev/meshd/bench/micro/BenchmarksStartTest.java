package dev.meshd.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark starts: it runs once here, in this JVM, and nothing is measured. */
class BenchmarksStartTest {
  @Test
  void everyBenchmarkRunsOnce() throws RunnerException {
    Options once =
        new OptionsBuilder()
            .include("dev\\.meshd\\.bench\\.micro\\..*")
            .mode(Mode.SingleShotTime)
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .param("engine", "JCA")
            .param("peers", "10")
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .build();
    Set<String> ran = new TreeSet<>();
    for (RunResult result : new Runner(once).run()) {
      ran.add(result.getParams().getBenchmark());
    }
    assertThat(ran).containsExactlyElementsOf(listed());
  }

  private static Set<String> listed() {
    Set<String> names = new TreeSet<>();
    BenchmarkList.defaultList()
        .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())
        .forEach(entry -> names.add(entry.getUsername()));
    return names;
  }
}
