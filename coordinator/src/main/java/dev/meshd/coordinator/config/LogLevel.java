package dev.meshd.coordinator.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How much of the server's own doings is logged, {@code log.level}. */
public enum LogLevel {
  /** What went wrong for good. */
  ERROR,
  /** And what an operator should look at. */
  WARN,
  /** And who joined, changed and left. */
  INFO,
  /** And every decision. */
  DEBUG,
  /** And everything the libraries say. */
  TRACE;

  static final String FORM = "one of error, warn, info, debug, trace";

  /** Empty when {@code text} names no level. */
  public static Optional<LogLevel> parse(String text) {
    return Arrays.stream(values()).filter(level -> level.text().equals(text)).findFirst();
  }

  /** As in the configuration. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
