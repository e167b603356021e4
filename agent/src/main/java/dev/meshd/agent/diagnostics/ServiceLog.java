package dev.meshd.agent.diagnostics;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The log of this process. The process's entry point knows the logging library. Thread-safe. */
public interface ServiceLog {
  /** The last lines, oldest first. */
  List<String> recentLines();

  /** Level by logger, for loggers that have one of their own; {@code ROOT} is all others. */
  Map<String, String> levels();

  /**
   * Changes a level until this process ends.
   *
   * @param logger a package or class, or {@code ROOT}
   * @param level {@code error}, {@code warn}, {@code info}, {@code debug} or {@code trace}
   * @param limit after this time the present level comes back
   * @throws IllegalArgumentException with a sentence, for another level or a bad logger name
   */
  void setLevel(String logger, String level, Optional<Duration> limit);
}
