package dev.meshd.wireguard.noise;

import java.time.InstantSource;

/**
 * Timestamps for our initiations, strictly increasing for as long as this object lives. When the
 * wall clock steps back, peers would drop everything we send until it has caught up; this clock
 * goes on from the last value instead.
 *
 * <p>One for all peers of a static key. Owned by the engine loop.
 */
public final class Tai64nClock {
  private final InstantSource wallClock;
  private Tai64n last = Tai64n.NEVER;

  public Tai64nClock(InstantSource wallClock) {
    this.wallClock = wallClock;
  }

  /**
   * The next timestamp: the wall clock's, or one step after the previous when that would not be an
   * increase.
   */
  public Tai64n next() {
    Tai64n now = Tai64n.of(wallClock.instant());
    last = now.isAfter(last) ? now : last.next();
    return last;
  }
}
