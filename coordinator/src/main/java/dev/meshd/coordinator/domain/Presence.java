package dev.meshd.coordinator.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * Whether the node holds a map stream.
 *
 * @param lastSeen when the last stream ended; empty while online or when never seen
 */
public record Presence(boolean online, Optional<Instant> lastSeen) {
  public static final Presence NEVER_SEEN = new Presence(false, Optional.empty());
  public static final Presence ONLINE = new Presence(true, Optional.empty());

  public static Presence offlineSince(Instant time) {
    return new Presence(false, Optional.of(time));
  }
}
