package dev.meshd.wireguard;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** How many packets were dropped, by reason. Thread-safe: a fixed map of independent atomics. */
public final class DropCounters {
  private final Map<DropReason, AtomicLong> counts = new EnumMap<>(DropReason.class);

  public DropCounters() {
    for (DropReason reason : DropReason.values()) {
      counts.put(reason, new AtomicLong());
    }
  }

  public void count(DropReason reason) {
    count(reason, 1);
  }

  public void count(DropReason reason, int packets) {
    counter(reason).getAndAdd(packets);
  }

  public long get(DropReason reason) {
    return counter(reason).get();
  }

  /** The reasons that have occurred. */
  public Map<DropReason, Long> nonZero() {
    Map<DropReason, Long> result = new EnumMap<>(DropReason.class);
    counts.forEach(
        (reason, count) -> {
          if (count.get() != 0) {
            result.put(reason, count.get());
          }
        });
    return result;
  }

  private AtomicLong counter(DropReason reason) {
    @Nullable AtomicLong counter = counts.get(reason);
    if (counter == null) {
      throw new IllegalStateException("no counter for " + reason);
    }
    return counter;
  }
}
