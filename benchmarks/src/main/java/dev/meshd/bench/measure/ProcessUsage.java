package dev.meshd.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What a process has used so far. Immutable; two of one process are subtracted. Source: proc(5).
 *
 * @param cpuSeconds user and system time of all threads, in steps of a clock tick (10 ms)
 * @param residentBytes memory in RAM now
 * @param contextSwitches voluntary and not, of the threads that live now
 * @param threads living now
 */
public record ProcessUsage(
    double cpuSeconds, long residentBytes, long contextSwitches, int threads) {
  private static final double TICKS_PER_SECOND = 100;

  /** Words of {@code stat} after the command's closing bracket, which may itself hold spaces. */
  private static final int USER_TICKS = 11;

  private static final int SYSTEM_TICKS = 12;

  /**
   * Reads a running process.
   *
   * @throws UncheckedIOException when it does not run
   */
  public static ProcessUsage of(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    try {
      String stat = Files.readString(process.resolve("stat"));
      String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      double cpu =
          (Long.parseLong(words[USER_TICKS]) + Long.parseLong(words[SYSTEM_TICKS]))
              / TICKS_PER_SECOND;
      long resident = 1024 * field(process.resolve("status"), "VmRSS:");
      long switches = 0;
      int threads = 0;
      try (DirectoryStream<Path> tasks = Files.newDirectoryStream(process.resolve("task"))) {
        for (Path task : tasks) {
          switches += switchesOf(task.resolve("status"));
          threads++;
        }
      }
      return new ProcessUsage(cpu, resident, switches, threads);
    } catch (IOException e) {
      throw new UncheckedIOException("process " + pid + " cannot be measured", e);
    }
  }

  /** This very process. */
  public static ProcessUsage own() {
    return of(ProcessHandle.current().pid());
  }

  /** Processor seconds since {@code earlier}. */
  public double cpuSince(ProcessUsage earlier) {
    return cpuSeconds - earlier.cpuSeconds;
  }

  public double residentMebibytes() {
    return residentBytes / 1048576.0;
  }

  private static long switchesOf(Path status) throws IOException {
    try {
      return field(status, "voluntary_ctxt_switches:")
          + field(status, "nonvoluntary_ctxt_switches:");
    } catch (NoSuchFileException e) {
      return 0; // the thread ended meanwhile
    }
  }

  private static long field(Path status, String name) throws IOException {
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.substring(name.length()).strip().split(" ")[0]);
      }
    }
    return 0;
  }
}
