package dev.meshd.control.client;

import dev.meshd.crypto.JitterSource;
import java.time.Duration;

/**
 * How long to wait after the n-th failure in a row: n² · 10 ms, at most a cap, times a random
 * factor from 0.5 to 1.5. Reads no clock. Owned by one thread.
 */
public final class Backoff {
  /** For a server that cannot be reached: short enough to be back within 5 s after it returns. */
  public static final Duration UNREACHABLE_CAP = Duration.ofSeconds(3);

  /** For a server that answers and says no. */
  public static final Duration REFUSED_CAP = Duration.ofSeconds(30);

  private static final long STEP_MS = 10;

  private final JitterSource jitter;
  private int failures;

  /** No failures yet. */
  public Backoff(JitterSource jitter) {
    this.jitter = jitter;
  }

  /** Counts a failure and tells how long to wait for it. */
  public Duration next(Duration cap) {
    failures = Math.min(failures + 1, 10_000);
    long baseMs = Math.min(failures * (failures * STEP_MS), cap.toMillis());
    return Duration.ofMillis(baseMs / 2 + jitter.below(baseMs + 1));
  }

  /** Forgets the failures. */
  public void reset() {
    failures = 0;
  }

  /** Failures in a row so far. */
  public int failures() {
    return failures;
  }
}
