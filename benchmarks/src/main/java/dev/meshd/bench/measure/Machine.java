package dev.meshd.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What figures are worth: the machine, its kernel, the Java runtime, and who else is using it. */
public final class Machine {
  private Machine() {}

  /** One line. */
  public static String describe() {
    return "%s, %d processors; Linux %s; Java %s; load average %s"
        .formatted(
            processor(),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.version"),
            System.getProperty("java.version"),
            loadAverage());
  }

  /** Of the last minute. */
  public static String loadAverage() {
    return read("/proc/loadavg").split(" ")[0];
  }

  private static String processor() {
    return read("/proc/cpuinfo")
        .lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      return "unknown";
    }
  }
}
