package dev.meshd.testkit.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * What happened in one history, line by line, for the message of a failure. Put into words only
 * when somebody wants to read it, as most histories end well.
 */
final class Trace {

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Line(long atNs, String format, Object[] values) {}

  private final EventQueue events;
  private final List<Line> lines = new ArrayList<>();

  Trace(EventQueue events) {
    this.events = events;
  }

  /**
   * Keeps a line.
   *
   * @param values as for {@link String#format}; they must read the same later as now
   */
  void add(String format, Object... values) {
    lines.add(new Line(events.nowNs(), format, values));
  }

  List<String> inWords() {
    List<String> words = new ArrayList<>();
    for (Line line : lines) {
      double seconds = (line.atNs() - EventQueue.START_NS) / 1e9;
      words.add("%9.3f s  %s".formatted(seconds, line.format().formatted(line.values())));
    }
    return words;
  }
}
