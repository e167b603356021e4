package dev.meshd.control.client;

import dev.meshd.crypto.JitterSource;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/**
 * The wait that a {@code 429} asks for: seconds or an HTTP date. When it is missing, not positive
 * or beyond an hour, a random five to ten seconds. Source: tailscale:
 * control/controlclient/errors.go.
 */
final class RetryAfter {
  private static final Duration MAX = Duration.ofHours(1);

  private RetryAfter() {}

  static Duration of(String header, Instant now, JitterSource jitter) {
    Duration asked = parse(header.strip(), now);
    if (asked.isNegative() || asked.isZero() || asked.compareTo(MAX) > 0) {
      return Duration.ofMillis(5_000 + jitter.below(5_001));
    }
    return asked;
  }

  private static Duration parse(String header, Instant now) {
    if (header.isEmpty()) {
      return Duration.ZERO;
    }
    try {
      if (header.length() <= 9 && header.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return Duration.ofSeconds(Long.parseLong(header));
      }
      return Duration.between(
          now, ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException e) {
      return Duration.ZERO;
    }
  }
}
