package dev.meshd.engine;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts drops by reason. Written by the engine loop, read by any thread. */
final class DropCounts {

  // Filled here and never changed in shape, so that it can be read without a lock.
  private final Map<DiscoDrop, LongAdder> disco = adders();

  void add(DiscoDrop reason) {
    adder(reason).increment();
  }

  long of(DiscoDrop reason) {
    return adder(reason).sum();
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

  private LongAdder adder(DiscoDrop reason) {
    LongAdder adder = disco.get(reason);
    if (adder == null) {
      throw new IllegalStateException("every reason has a counter");
    }
    return adder;
  }

  private static Map<DiscoDrop, LongAdder> adders() {
    Map<DiscoDrop, LongAdder> adders = new EnumMap<>(DiscoDrop.class);
    for (DiscoDrop reason : DiscoDrop.values()) {
      adders.put(reason, new LongAdder());
    }
    return Collections.unmodifiableMap(adders);
  }
}
