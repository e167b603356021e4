package dev.meshd.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every committed input of every target, as an ordinary test: no Jazzer, no instrumentation. */
class CorpusReplayTest {
  private static final Path CORPORA = Path.of(System.getProperty("meshd.root"), "fuzzing/corpus");
  private static final int FEWEST_INPUTS = 8;
  private static final long MAX_TOTAL_BYTES = 2 << 20;

  @TestFactory
  List<DynamicTest> everyInputOfTheCorpusIsTakenOrRefusedInOrder() {
    return Arrays.stream(FuzzTarget.values())
        .map(target -> dynamicTest(target.label(), () -> replay(target)))
        .toList();
  }

  private static void replay(FuzzTarget target) throws Exception {
    List<Path> inputs = files(CORPORA.resolve(target.label()));
    assertThat(inputs)
        .as("inputs of %s", target.label())
        .hasSizeGreaterThanOrEqualTo(FEWEST_INPUTS);
    FuzzBody body = target.body();
    for (Path input : inputs) {
      try {
        byte[] bytes = Files.readAllBytes(input);
        body.run(bytes); // once to load what it needs, once to measure
        long before = AllocationLimit.soFar();
        body.run(bytes);
        AllocationLimit.check(target, before, bytes.length);
      } catch (Exception | AssertionError | StackOverflowError e) {
        throw new AssertionError(
            "replay alone with: ./fuzz " + target.label() + " " + input.getFileName(), e);
      }
    }
  }

  @Test
  void theCorporaStaySmallAndHaveNoStrays() throws IOException {
    long total = 0;
    for (Path directory : files(CORPORA)) {
      FuzzTarget.named(directory.getFileName().toString());
      for (Path input : files(directory)) {
        total += Files.size(input);
      }
    }
    assertThat(total).isLessThan(MAX_TOTAL_BYTES);
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }
}
