package dev.meshd.agent.diagnostics;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * What this process uses of the machine, at one moment. A figure that cannot be read is 0.
 *
 * @param residentBytes memory in RAM, heap and everything else
 * @param heapBytes Java objects, dead ones included until they are collected
 * @param maxHeapBytes the limit of the heap
 * @param threads of the process, all kinds
 * @param openFiles file descriptors
 * @param cpuSeconds user and system time since the start
 * @param startedAt when the process was started
 * @see "proc_pid_status(5), proc_pid_fd(5)"
 */
public record ProcessFigures(
    long residentBytes,
    long heapBytes,
    long maxHeapBytes,
    int threads,
    int openFiles,
    double cpuSeconds,
    Instant startedAt) {

  public static ProcessFigures now() {
    Runtime runtime = Runtime.getRuntime();
    ProcessHandle.Info self = ProcessHandle.current().info();
    return new ProcessFigures(
        statusField("VmRSS:") * 1024,
        runtime.totalMemory() - runtime.freeMemory(),
        runtime.maxMemory(),
        (int) statusField("Threads:"),
        openFileCount(),
        self.totalCpuDuration().map(cpu -> cpu.toMillis() / 1e3).orElse(0.0),
        Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime()));
  }

  /** The first number behind a name in {@code /proc/self/status}. */
  private static long statusField(String name) {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(name.length()).strip().split(" ", 2)[0])
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElse(0);
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  private static int openFileCount() {
    int count = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path _ : files) {
        count++;
      }
    } catch (IOException e) {
      return 0;
    }
    return count;
  }
}
