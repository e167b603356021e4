package dev.meshd.magicsock;

import java.util.OptionalLong;

/**
 * Arithmetic on points in time of the engine's clock, in nanoseconds. The clock is the shell's boot
 * clock or the simulator's: never negative, never going back, and never near {@link #NONE}, so
 * plain comparison is safe.
 */
public final class Deadline {

  /** Nothing is scheduled. Later than every real point in time. */
  public static final long NONE = Long.MAX_VALUE;

  private Deadline() {}

  /** Whether the point has been reached. */
  public static boolean reached(long deadlineNs, long nowNs) {
    return deadlineNs != NONE && nowNs >= deadlineNs;
  }

  /** Empty for {@link #NONE}. */
  public static OptionalLong optional(long deadlineNs) {
    return deadlineNs == NONE ? OptionalLong.empty() : OptionalLong.of(deadlineNs);
  }

  /** The earlier of the two. */
  public static long earlier(long a, long b) {
    return Math.min(a, b);
  }
}
