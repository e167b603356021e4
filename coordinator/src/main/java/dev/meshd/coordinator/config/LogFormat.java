package dev.meshd.coordinator.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How one event becomes one line of the log, {@code log.format}. */
public enum LogFormat {
  /** Time, level, event and {@code key=value} pairs. */
  TEXT,
  /** One JSON object. */
  JSON;

  static final String FORM = "text or json";

  /** Empty when {@code text} names no format. */
  public static Optional<LogFormat> parse(String text) {
    return Arrays.stream(values()).filter(format -> format.text().equals(text)).findFirst();
  }

  /** As in the configuration. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
