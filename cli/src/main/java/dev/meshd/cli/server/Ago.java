package dev.meshd.cli.server;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Times of the API for people: how long ago, or how long from now, in the largest whole unit. */
final class Ago {
  private Ago() {}

  /** {@code 5 min ago}, {@code in 3 d}; {@code absent} for null and for text that is no time. */
  static String of(@Nullable String time, Instant now, String absent) {
    if (time == null) {
      return absent;
    }
    try {
      Duration distance = Duration.between(Instant.parse(time), now);
      return distance.isNegative() ? "in " + span(distance.negated()) : span(distance) + " ago";
    } catch (DateTimeParseException e) {
      return absent;
    }
  }

  private static String span(Duration span) {
    if (span.toDays() > 0) {
      return span.toDays() + " d";
    }
    if (span.toHours() > 0) {
      return span.toHours() + " h";
    }
    return span.toMinutes() > 0 ? span.toMinutes() + " min" : span.toSeconds() + " s";
  }
}
