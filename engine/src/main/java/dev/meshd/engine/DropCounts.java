package dev.meshd.engine;

import java.util.EnumMap;
import java.util.Map;

/** Counts drops by reason. Owned by the engine loop. */
final class DropCounts {

  private final Map<DiscoDrop, Long> disco = new EnumMap<>(DiscoDrop.class);

  void add(DiscoDrop reason) {
    disco.merge(reason, 1L, Long::sum);
  }

  long of(DiscoDrop reason) {
    return disco.getOrDefault(reason, 0L);
  }
}
