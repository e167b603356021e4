package dev.meshd.coordinator.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as operators write them: {@code 90s}, {@code 30m}, {@code 1h30m}, {@code 7d}, {@code
 * 2w}, {@code 1y}, {@code 0}.
 */
public final class DurationText {
  private static final Pattern PART = Pattern.compile("(\\d{1,9})(ms|s|m|h|d|w|y)");
  private static final Pattern WHOLE = Pattern.compile("(?:" + PART.pattern() + ")+");
  private static final Map<String, Duration> UNIT =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1),
          "w", Duration.ofDays(7),
          "y", Duration.ofDays(365));

  private DurationText() {}

  /** Units that are exact for everybody, largest first. */
  static List<Map.Entry<String, Duration>> units() {
    return List.of(
        Map.entry("d", Duration.ofDays(1)),
        Map.entry("h", Duration.ofHours(1)),
        Map.entry("m", Duration.ofMinutes(1)),
        Map.entry("s", Duration.ofSeconds(1)));
  }

  /** Empty when {@code text} is not a duration. */
  public static Optional<Duration> parse(String text) {
    if (text.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    if (!WHOLE.matcher(text).matches()) {
      return Optional.empty();
    }
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      sum =
          sum.plus(
              UNIT.getOrDefault(part.group(2), Duration.ZERO)
                  .multipliedBy(Long.parseLong(part.group(1))));
    }
    return Optional.of(sum);
  }
}
