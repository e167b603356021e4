package dev.meshd.e2e.mesh;

import dev.meshd.testkit.lab.LabProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * What a process uses, sampled over time, and whether it grows: the last third of the samples is
 * compared with the third before it, so that warming up does not count.
 */
final class ProcessGrowth {
  private final LabProcess process;
  private final List<Sample> samples = new ArrayList<>();

  /** One look at the process: kibibytes in RAM, threads, descriptors, lines of its log. */
  record Sample(long residentKib, long threads, long files, long logLines) {}

  ProcessGrowth(LabProcess process) {
    this.process = process;
  }

  String name() {
    return process.name();
  }

  void sample() {
    Path proc = Path.of("/proc/" + process.pid());
    try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
      List<String> status = Files.readAllLines(proc.resolve("status"));
      samples.add(
          new Sample(
              field(status, "VmRSS:"),
              field(status, "Threads:"),
              files.count(),
              process.logText().lines().count()));
    } catch (IOException e) {
      throw new UncheckedIOException(process.name() + " cannot be observed", e);
    }
  }

  private static long field(List<String> status, String name) {
    return status.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip().split(" ")[0])
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow();
  }

  /** The median of a figure in one third of the run: 0, 1 or 2. */
  long median(int third, ToLongFunction<Sample> figure) {
    long[] sorted = third(third).stream().mapToLong(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** The largest value of a figure in one third of the run. */
  long max(int third, ToLongFunction<Sample> figure) {
    return Arrays.stream(third(third).stream().mapToLong(figure).toArray()).max().orElseThrow();
  }

  /** How much a figure that only grows has grown within one third of the run. */
  long gained(int third, ToLongFunction<Sample> figure) {
    List<Sample> part = third(third);
    return figure.applyAsLong(part.getLast()) - figure.applyAsLong(part.getFirst());
  }

  private List<Sample> third(int number) {
    int size = samples.size() / 3;
    return samples.subList(number * size, (number + 1) * size);
  }

  /** One line a third, for people. */
  String table() {
    StringBuilder text = new StringBuilder();
    for (int third = 0; third < 3; third++) {
      text.append(
          "soak: %-8s third %d: %6d KiB (max %6d), %3d threads, %3d files, %d log lines more%n"
              .formatted(
                  name(),
                  third + 1,
                  median(third, Sample::residentKib),
                  max(third, Sample::residentKib),
                  max(third, Sample::threads),
                  max(third, Sample::files),
                  gained(third, Sample::logLines)));
    }
    return text.toString();
  }
}
