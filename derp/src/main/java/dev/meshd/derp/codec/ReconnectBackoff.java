package dev.meshd.derp.codec;

import dev.meshd.crypto.JitterSource;
import java.util.concurrent.TimeUnit;

/**
 * How long to wait after the n-th failure in a row: the lesser of n² × 10 ms and 5 s, times a
 * random factor between one half and one and a half. Any frame received ends the row.
 *
 * <p>Owned by the thread of its connection. Source: tailscale util/backoff/backoff.go.
 */
public final class ReconnectBackoff {

  private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(5);

  /** The first row length at which the longest wait is reached; counting further could overflow. */
  private static final int ENOUGH = 23;

  private final JitterSource jitter;
  private int failures;

  public ReconnectBackoff(JitterSource jitter) {
    this.jitter = jitter;
  }

  /** Counts a failure and says how long to wait before the next attempt. */
  public long onFailureNs() {
    failures = Math.min(failures + 1, ENOUGH);
    long baseNs = Math.min((long) failures * failures * STEP_NS, LONGEST_NS);
    return baseNs / 2 + jitter.below(baseNs);
  }

  public void onSuccess() {
    failures = 0;
  }

  /** Failures since the last success, up to a bound. */
  public int failuresInRow() {
    return failures;
  }
}
