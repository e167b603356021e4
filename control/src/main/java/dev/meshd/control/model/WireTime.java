package dev.meshd.control.model;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Times on the wire: RFC 3339 with any offset and up to nine fraction digits. The zero time {@code
 * 0001-01-01T00:00:00Z} says "not set", as an absent member does.
 */
public final class WireTime {
  /** The time that means "not set". */
  public static final Instant UNSET = Instant.parse("0001-01-01T00:00:00Z");

  /** As many fraction digits as the value needs. */
  private static final DateTimeFormatter FORMAT =
      new DateTimeFormatterBuilder().appendInstant(-1).toFormatter();

  private WireTime() {}

  /** Whether {@code time} names a real moment. */
  public static boolean isSet(@Nullable Instant time) {
    return time != null && !time.equals(UNSET);
  }

  /**
   * Parses the wire text; throws {@link java.time.format.DateTimeParseException} when it is none.
   */
  public static Instant parse(String text) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from);
  }

  /** The wire text in UTC. */
  public static String format(Instant time) {
    return FORMAT.format(time);
  }
}
