package dev.meshd.e2e.wireguard;

import dev.meshd.testkit.lab.LabProcess;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The datagrams that a tunnel of ours has dropped, as its log says at the end. Immutable. */
record Drops(Map<String, Long> counts) {
  private static final Pattern LINE = Pattern.compile("dropped \\{([^}]*)}");

  /** Of a process that has been stopped. */
  static Drops of(LabProcess stopped) {
    Matcher line = LINE.matcher(stopped.logText());
    if (!line.find()) {
      throw new AssertionError("no drop counts in the log: " + stopped.logTail());
    }
    Map<String, Long> counts = new TreeMap<>();
    for (String entry : line.group(1).split(", ")) {
      String[] parts = entry.split("=");
      if (parts.length == 2) {
        counts.put(parts[0], Long.parseLong(parts[1]));
      }
    }
    return new Drops(counts);
  }

  long get(String reason) {
    return counts.getOrDefault(reason, 0L);
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
