package dev.meshd.agent.backend;

import dev.meshd.agent.backend.HealthConditions.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether the coordination server answers, and since when the network map is not kept fresh. Owned
 * by the backend's thread.
 */
final class ServerContact {
  /** How long the server may take to answer before a user is told. */
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(4);

  /** How long a broken map stream may take to come back before a user is told. */
  private static final Duration STREAM_PATIENCE = Duration.ofSeconds(30);

  private final HealthConditions health;
  private Optional<Instant> askedAt = Optional.empty();
  private Optional<Instant> staleSince = Optional.empty();
  private Optional<Instant> lostAt = Optional.empty();

  ServerContact(HealthConditions health) {
    this.health = health;
  }

  /** Since when the map in use has not been refreshed; empty while the server does. */
  Optional<Instant> staleSince() {
    return staleSince;
  }

  void asked(Instant now) {
    askedAt = Optional.of(now);
  }

  /** The server has been heard of since it was asked, for better or worse. */
  void answered() {
    if (askedAt.isPresent()) {
      askedAt = Optional.empty();
      health.clear(Condition.SERVER_UNREACHABLE);
    }
  }

  /** The server cannot be used, for this reason. */
  void unusable(String reason, Instant now) {
    answered();
    health.set(
        Condition.SERVER_UNREACHABLE,
        "The coordination server cannot be used: " + reason + ".",
        now);
  }

  /** A map written at {@code savedAt} is used until the server sends one. */
  void usesKeptMap(Instant savedAt) {
    staleSince = Optional.of(savedAt);
  }

  void streamOpened() {
    staleSince = Optional.empty();
    lostAt = Optional.empty();
    health.clear(Condition.SERVER_UNREACHABLE);
  }

  /**
   * @param lastMessage when the server was last heard
   */
  void streamLost(Instant lastMessage, Instant now) {
    staleSince = Optional.of(lastMessage);
    if (lostAt.isEmpty()) {
      lostAt = Optional.of(now);
    }
  }

  /** Notices a server that stays silent. */
  void check(String url, Instant now) {
    if (isOver(askedAt, ANSWER_PATIENCE, now)) {
      health.set(
          Condition.SERVER_UNREACHABLE,
          "The coordination server "
              + url
              + " has not answered yet. Check the network and that the server runs.",
          now);
    } else if (isOver(lostAt, STREAM_PATIENCE, now)
        && health.get(Condition.SERVER_UNREACHABLE).isEmpty()) {
      health.set(
          Condition.SERVER_UNREACHABLE,
          "The coordination server "
              + url
              + " cannot be reached. Known peers go on working; changes of the network are not seen."
              + " Check the network and that the server runs.",
          now);
    }
  }

  private static boolean isOver(Optional<Instant> since, Duration patience, Instant now) {
    return since.filter(at -> Duration.between(at, now).compareTo(patience) > 0).isPresent();
  }

  /** Nothing is wanted of the server any more. */
  void end() {
    askedAt = Optional.empty();
    staleSince = Optional.empty();
    lostAt = Optional.empty();
    health.clear(Condition.SERVER_UNREACHABLE);
  }
}
