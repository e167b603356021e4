package dev.meshd.testkit.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program that keeps running in a host, with everything it prints in one log file. Thread-safe.
 */
public final class LabProcess implements AutoCloseable {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final int TAIL_LINES = 40;

  private final String name;
  private final Process process;
  private final Path log;

  LabProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  public String name() {
    return name;
  }

  /** Returns the id of the program itself: whatever enters the host is replaced by it. */
  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Returns the file that receives standard output and standard error. */
  public Path log() {
    return log;
  }

  /** Returns everything printed so far. */
  public String logText() {
    try {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits until the log has a match and returns it; fails at once when the program ends without
   * one.
   */
  public Matcher awaitLog(String regex, Duration limit) {
    Pattern pattern = Pattern.compile(regex);
    return Await.value(
        limit,
        name + " to print \"" + regex + "\"; its log ends\n" + logTail(),
        () -> {
          boolean ended = !process.isAlive();
          Matcher matcher = pattern.matcher(logText());
          if (matcher.find()) {
            return Optional.of(matcher);
          }
          if (ended) {
            throw new LabException(
                name + " ended before it printed \"" + regex + "\":\n" + logTail());
          }
          return Optional.empty();
        });
  }

  /** Waits for the program to end by itself and returns its exit code. */
  public int awaitExit(Duration limit) {
    try {
      if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while waiting for " + name + " to end", e);
    }
    throw new LabException(name + " still runs after " + limit.toSeconds() + " s:\n" + logTail());
  }

  /** Asks the program to end (SIGTERM), and kills it when it does not within ten seconds. */
  public void stop() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the program without notice (SIGKILL). */
  public void kill() {
    process.destroyForcibly();
    process.onExit().orTimeout(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** Sends a signal by name, such as {@code "HUP"} or {@code "STOP"}. */
  public void signal(String signal) {
    Shell.run(Duration.ofSeconds(5), "kill", "-s", signal, Long.toString(pid())).orThrow();
  }

  @Override
  public void close() {
    stop();
  }

  /** Returns the last lines of the log, for messages. */
  public String logTail() {
    String[] lines = logText().split("\n");
    int from = Math.max(0, lines.length - TAIL_LINES);
    return String.join("\n", Arrays.copyOfRange(lines, from, lines.length));
  }
}
