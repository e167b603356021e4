package dev.meshd.testkit.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a lab writes down before it makes anything, so that a later one can remove it when its owner
 * died:
 *
 * <pre>
 *   /run/meshd-lab/ID/owner        process id and start time of the owner
 *   /run/meshd-lab/ID/namespaces   one name a line, written before the namespace is made
 *   /run/meshd-lab/ID/directory    the directory with state and logs
 * </pre>
 *
 * <p>Start times tell an owner from a later process with the same number. Several labs may tidy up
 * at once: removing what is already gone is no error. Thread-safe.
 */
final class LabMarker {
  private static final Path ROOT = Path.of("/run/meshd-lab");
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Path marker;

  private LabMarker(Path marker) {
    this.marker = marker;
  }

  static LabMarker create(String id, Path directory) {
    var created = new LabMarker(ROOT.resolve(id));
    try {
      Files.createDirectories(created.marker);
      Files.writeString(created.marker.resolve("owner"), describe(ProcessHandle.current()));
      Files.writeString(created.marker.resolve("directory"), directory.toString());
      return created;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Notes a namespace that is about to be made. */
  synchronized void note(String namespace) {
    try {
      Files.writeString(
          marker.resolve("namespaces"),
          namespace + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes every namespace that was noted, with the processes in it, and then the marker. */
  synchronized void removeAll() {
    for (String namespace : lines("namespaces").reversed()) {
      remove(namespace);
    }
    LabFiles.deleteTree(marker);
  }

  /** Removes what labs left behind whose owners are gone. */
  static void removeLeftovers() {
    if (!Files.isDirectory(ROOT)) {
      return;
    }
    try (Stream<Path> markers = Files.list(ROOT)) {
      markers.map(LabMarker::new).filter(LabMarker::isAbandoned).forEach(LabMarker::removeLeftover);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void removeLeftover() {
    List<String> directory = lines("directory");
    removeAll();
    directory.forEach(path -> LabFiles.deleteTree(Path.of(path)));
  }

  private boolean isAbandoned() {
    List<String> owner = lines("owner");
    if (owner.isEmpty()) {
      return false; // being made at this moment, or being removed
    }
    long pid = Long.parseLong(owner.getFirst().split(" ")[0]);
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    return process.isEmpty() || !describe(process.get()).equals(owner.getFirst());
  }

  private static void remove(String namespace) {
    if (Files.exists(Path.of("/run/netns", namespace))) {
      pids(namespace).stream()
          .flatMap(pid -> ProcessHandle.of(pid).stream())
          .forEach(ProcessHandle::destroyForcibly);
      Await.until(
          LIMIT, "the processes in " + namespace + " to end", () -> pids(namespace).isEmpty());
      Shell.run(LIMIT, "ip", "netns", "del", namespace);
    }
  }

  private static List<Long> pids(String namespace) {
    return Shell.run(LIMIT, "ip", "netns", "pids", namespace)
        .out()
        .lines()
        .map(line -> Long.parseLong(line.strip()))
        .toList();
  }

  private static String describe(ProcessHandle process) {
    long startMillis = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return process.pid() + " " + startMillis;
  }

  private List<String> lines(String file) {
    try {
      return Files.readAllLines(marker.resolve(file));
    } catch (IOException e) {
      return List.of();
    }
  }
}
