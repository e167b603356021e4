package dev.meshd.wireguard.timer;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;

/** One peer's deadlines, at most one for each {@link PeerTimer}. Owned by the engine loop. */
public final class DeadlineTable {
  private static final PeerTimer[] TIMERS = PeerTimer.values();

  private final long[] deadlineNs = new long[TIMERS.length];
  private final boolean[] armed = new boolean[TIMERS.length];

  /** Arms the timer, replacing an earlier deadline. */
  public void arm(PeerTimer timer, long atNs) {
    deadlineNs[timer.ordinal()] = atNs;
    armed[timer.ordinal()] = true;
  }

  public void cancel(PeerTimer timer) {
    armed[timer.ordinal()] = false;
  }

  public void cancelAll() {
    for (PeerTimer timer : TIMERS) {
      cancel(timer);
    }
  }

  public boolean isArmed(PeerTimer timer) {
    return armed[timer.ordinal()];
  }

  /** Disarms the timer if its deadline has come, and says whether it had. */
  public boolean expire(PeerTimer timer, long nowNs) {
    int i = timer.ordinal();
    if (!armed[i] || deadlineNs[i] - nowNs > 0) {
      return false;
    }
    armed[i] = false;
    return true;
  }

  /** The earliest deadline of an armed timer. */
  public OptionalLong earliestNs() {
    boolean found = false;
    long earliest = 0;
    for (int i = 0; i < armed.length; i++) {
      if (armed[i] && (!found || deadlineNs[i] - earliest < 0)) {
        earliest = deadlineNs[i];
        found = true;
      }
    }
    return found ? OptionalLong.of(earliest) : OptionalLong.empty();
  }

  /** The armed timers and their deadlines, for tests and diagnosis. */
  public Map<PeerTimer, Long> armed() {
    Map<PeerTimer, Long> result = new EnumMap<>(PeerTimer.class);
    for (PeerTimer timer : TIMERS) {
      if (isArmed(timer)) {
        result.put(timer, deadlineNs[timer.ordinal()]);
      }
    }
    return result;
  }
}
