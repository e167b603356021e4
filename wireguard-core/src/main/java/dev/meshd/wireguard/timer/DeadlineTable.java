package dev.meshd.wireguard.timer;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;

/** One peer's deadlines, at most one for each {@link PeerTimer}. Owned by the engine loop. */
public final class DeadlineTable {
  private final Map<PeerTimer, Long> deadlinesNs = new EnumMap<>(PeerTimer.class);

  /** Arms the timer, replacing an earlier deadline. */
  public void arm(PeerTimer timer, long atNs) {
    deadlinesNs.put(timer, atNs);
  }

  public void cancel(PeerTimer timer) {
    deadlinesNs.remove(timer);
  }

  public void cancelAll() {
    deadlinesNs.clear();
  }

  public boolean isArmed(PeerTimer timer) {
    return deadlinesNs.containsKey(timer);
  }

  /** Disarms the timer if its deadline has come, and says whether it had. */
  public boolean expire(PeerTimer timer, long nowNs) {
    Long deadline = deadlinesNs.get(timer);
    if (deadline == null || deadline - nowNs > 0) {
      return false;
    }
    deadlinesNs.remove(timer);
    return true;
  }

  /** The earliest deadline of an armed timer. */
  public OptionalLong earliestNs() {
    OptionalLong earliest = OptionalLong.empty();
    for (long deadline : deadlinesNs.values()) {
      if (earliest.isEmpty() || deadline - earliest.getAsLong() < 0) {
        earliest = OptionalLong.of(deadline);
      }
    }
    return earliest;
  }

  /** The armed timers and their deadlines, for tests and diagnosis. */
  public Map<PeerTimer, Long> armed() {
    return Map.copyOf(deadlinesNs);
  }
}
