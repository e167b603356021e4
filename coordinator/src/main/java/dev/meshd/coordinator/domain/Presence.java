package dev.meshd.coordinator.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * Whether the node holds a map stream.
 *
 * @param lastSeen when the node was last known to be there: while online the beginning of its
 *     stream, else the end of the last one; empty when never seen
 */
public record Presence(boolean online, Optional<Instant> lastSeen) {
  public static final Presence NEVER_SEEN = new Presence(false, Optional.empty());

  public static Presence onlineSince(Instant time) {
    return new Presence(true, Optional.of(time));
  }

  public static Presence offlineSince(Instant time) {
    return new Presence(false, Optional.of(time));
  }

  /** The time to show others: only of a node that is away. */
  public Optional<Instant> awaySince() {
    return online ? Optional.empty() : lastSeen;
  }
}
