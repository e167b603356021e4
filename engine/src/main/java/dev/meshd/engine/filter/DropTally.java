package dev.meshd.engine.filter;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts drops by reason, for one direction. Thread-safe: the map never changes, only its values.
 */
final class DropTally {
  private final Map<FilterDrop, AtomicLong> counts = new EnumMap<>(FilterDrop.class);

  DropTally() {
    for (FilterDrop reason : FilterDrop.values()) {
      counts.put(reason, new AtomicLong());
    }
  }

  void count(FilterDrop reason) {
    of(reason).incrementAndGet();
  }

  long get(FilterDrop reason) {
    return of(reason).get();
  }

  private AtomicLong of(FilterDrop reason) {
    AtomicLong count = counts.get(reason);
    if (count == null) {
      throw new IllegalStateException("no counter for " + reason);
    }
    return count;
  }
}
