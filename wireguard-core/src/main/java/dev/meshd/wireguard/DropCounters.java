package dev.meshd.wireguard;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** How many packets were dropped, by reason. Thread-safe: counters are independent atomics. */
public final class DropCounters {
  private static final DropReason[] REASONS = DropReason.values();

  private final AtomicLongArray counts = new AtomicLongArray(REASONS.length);

  public void count(DropReason reason) {
    counts.getAndIncrement(reason.ordinal());
  }

  public void count(DropReason reason, int packets) {
    counts.getAndAdd(reason.ordinal(), packets);
  }

  public long get(DropReason reason) {
    return counts.get(reason.ordinal());
  }

  /** The reasons that have occurred. */
  public Map<DropReason, Long> nonZero() {
    Map<DropReason, Long> result = new EnumMap<>(DropReason.class);
    for (DropReason reason : REASONS) {
      long count = get(reason);
      if (count != 0) {
        result.put(reason, count);
      }
    }
    return result;
  }
}
