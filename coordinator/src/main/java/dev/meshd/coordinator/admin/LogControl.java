package dev.meshd.coordinator.admin;

import java.util.Map;

/** The levels of the running server's log. Thread-safe. */
public interface LogControl {
  /** Leaves the log as it is. */
  LogControl NONE =
      new LogControl() {
        @Override
        public Map<String, String> levels() {
          return Map.of();
        }

        @Override
        public void setLevel(String logger, String level) {
          throw new IllegalArgumentException("this server's log has no levels to change");
        }
      };

  /** The loggers that have a level of their own, and their levels. */
  Map<String, String> levels();

  /**
   * Sets the level of {@code logger} and those below it until the server ends.
   *
   * @throws IllegalArgumentException with a sentence when there is no such level or logger
   */
  void setLevel(String logger, String level);
}
