package dev.meshd.testkit.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs commands on the machine itself, bounded in time. Output goes through files, so that no
 * thread has to drain a pipe. Stateless.
 */
final class Shell {
  private Shell() {}

  static CommandResult run(Duration limit, String... command) {
    return run(limit, List.of(command), List.of(command), Map.of(), "");
  }

  /** Feeds {@code input} to a command that must succeed. */
  static void feed(String input, String... command) {
    run(Duration.ofSeconds(30), List.of(command), List.of(command), Map.of(), input).orThrow();
  }

  /**
   * Runs a command to its end.
   *
   * @param shown the words that stand for it in the result
   * @param input what it reads from standard input
   */
  static CommandResult run(
      Duration limit,
      List<String> command,
      List<String> shown,
      Map<String, String> environment,
      String input) {
    try {
      Path in = Files.createTempFile("meshd-lab", ".in");
      Path out = Files.createTempFile("meshd-lab", ".out");
      Path err = Files.createTempFile("meshd-lab", ".err");
      try {
        Files.writeString(in, input);
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.redirectInput(in.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
        int exitCode = await(builder.start(), limit);
        return new CommandResult(List.copyOf(shown), exitCode, read(out), read(err));
      } finally {
        Files.deleteIfExists(in);
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + String.join(" ", shown), e);
    }
  }

  private static int await(Process process, Duration limit) {
    try {
      if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
      return CommandResult.TIMED_OUT;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CommandResult.TIMED_OUT;
    } finally {
      if (process.isAlive()) {
        process.destroyForcibly();
        process.onExit().join();
      }
    }
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
