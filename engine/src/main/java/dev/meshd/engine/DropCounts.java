package dev.meshd.engine;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts drops by reason. Written by the engine loop, read by any thread. */
final class DropCounts {

  private final AtomicLongArray disco = new AtomicLongArray(DiscoDrop.values().length);

  void add(DiscoDrop reason) {
    disco.lazySet(reason.ordinal(), disco.get(reason.ordinal()) + 1);
  }

  long of(DiscoDrop reason) {
    return disco.get(reason.ordinal());
  }

  Map<DiscoDrop, Long> nonZero() {
    Map<DiscoDrop, Long> counts = new EnumMap<>(DiscoDrop.class);
    for (DiscoDrop reason : DiscoDrop.values()) {
      if (of(reason) != 0) {
        counts.put(reason, of(reason));
      }
    }
    return counts;
  }
}
