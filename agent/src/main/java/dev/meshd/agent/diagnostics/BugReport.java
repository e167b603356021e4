package dev.meshd.agent.diagnostics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A bundle of texts by file name that lets somebody else see what went on here. Everything in it
 * has been through {@link Redaction}.
 */
public final class BugReport {
  private static final int MAX_FRAMES = 40;

  private final SortedMap<String, String> files = new TreeMap<>();

  /** Adds a text. */
  public BugReport with(String fileName, String text) {
    files.put(fileName, Redaction.apply(text));
    return this;
  }

  /** Adds what is known of the process and the machine, without running any program. */
  public BugReport withProcess(String version, Instant now) {
    ProcessFigures figures = ProcessFigures.now();
    String summary =
        """
        meshd %s
        made at %s
        running since %s (%s)
        java %s
        kernel %s
        system %s
        resident memory %d KiB, heap %d of %d KiB
        %d threads, %d open files, %.1f s of CPU time
        """
            .formatted(
                version,
                now,
                figures.startedAt(),
                Duration.between(figures.startedAt(), now).truncatedTo(ChronoUnit.SECONDS),
                System.getProperty("java.vm.version", ""),
                read(Path.of("/proc/sys/kernel/osrelease")),
                System.getProperty("os.arch", ""),
                figures.residentBytes() / 1024,
                figures.heapBytes() / 1024,
                figures.maxHeapBytes() / 1024,
                figures.threads(),
                figures.openFiles(),
                figures.cpuSeconds());
    return with("summary.txt", summary)
        .with("os-release.txt", read(Path.of("/etc/os-release")))
        .with("threads.txt", threads());
  }

  /** Adds the last lines of the log and its levels. */
  public BugReport withLog(ServiceLog log) {
    return with("log.txt", lines(log.recentLines()))
        .with(
            "log-levels.txt",
            lines(
                log.levels().entrySet().stream()
                    .map(level -> level.getKey() + " " + level.getValue())
                    .toList()));
  }

  public Map<String, String> files() {
    return Map.copyOf(files);
  }

  private static String threads() {
    return Thread.getAllStackTraces().entrySet().stream()
        .sorted(Comparator.comparing(entry -> entry.getKey().getName()))
        .map(
            entry ->
                "\"%s\" %s%n".formatted(entry.getKey().getName(), entry.getKey().getState())
                    + List.of(entry.getValue()).stream()
                        .limit(MAX_FRAMES)
                        .map(frame -> "    at " + frame + "\n")
                        .collect(Collectors.joining()))
        .collect(Collectors.joining("\n"));
  }

  private static String lines(List<String> lines) {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "cannot be read: " + e.getMessage();
    }
  }
}
