package dev.meshd.agent.wg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The file by which {@code down} finds the process of {@code up}: {@code
 * /run/meshd/wg-INTERFACE.pid}, with the process number and the moment it started, so that a number
 * used again is not mistaken for it. Left behind by a killed process and harmless then. Beside it
 * lies the log of a tunnel in the background. Immutable.
 */
public final class WgRunFile {
  private static final Path DIRECTORY = Path.of("/run/meshd");
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final Path file;

  private WgRunFile(Path file) {
    this.file = file;
  }

  public static WgRunFile of(String interfaceName) {
    return in(DIRECTORY, interfaceName);
  }

  static WgRunFile in(Path directory, String interfaceName) {
    return new WgRunFile(directory.resolve("wg-" + interfaceName + ".pid"));
  }

  /** Where a background tunnel logs. */
  public Path log() {
    return file.resolveSibling(file.getFileName().toString().replace(".pid", ".log"));
  }

  /** Notes that this process runs the tunnel. */
  public void claim() {
    ProcessHandle self = ProcessHandle.current();
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, List.of(Long.toString(self.pid()), started(self).toString()));
    } catch (IOException e) {
      throw new WgException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** Forgets the tunnel's process. */
  public void release() {
    delete(file);
  }

  /** The tunnel's process, if it is still running. */
  public Optional<ProcessHandle> process() {
    try {
      List<String> lines = Files.readAllLines(file);
      if (lines.size() < 2) {
        return Optional.empty();
      }
      return ProcessHandle.of(Long.parseLong(lines.get(0)))
          .filter(WgRunFile::isRunning)
          .filter(process -> started(process).toString().equals(lines.get(1)));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * Ends the tunnel's process, kindly and then by force, and removes its files; false if none was
   * running.
   */
  public boolean stop() {
    Optional<ProcessHandle> running = process();
    running.ifPresent(WgRunFile::stop);
    release();
    delete(log());
    return running.isPresent();
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new WgException("cannot remove " + path + ": " + e.getMessage(), e);
    }
  }

  private static void stop(ProcessHandle process) {
    process.destroy();
    if (!endsSoon(process)) {
      process.destroyForcibly();
      if (!endsSoon(process)) {
        throw new WgException("process " + process.pid() + " does not end");
      }
    }
  }

  private static boolean endsSoon(ProcessHandle process) {
    try {
      process.onExit().get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return !isRunning(process);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !isRunning(process);
    }
  }

  /** Alive, and not merely waiting for a parent that does not ask how it ended. */
  private static boolean isRunning(ProcessHandle process) {
    if (!process.isAlive()) {
      return false;
    }
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
    } catch (IOException e) {
      return false;
    }
  }

  private static Instant started(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
