package dev.meshd.derp.server;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** One counter per constant of an enum. Thread-safe. */
final class LabelledCounters<E extends Enum<E>> {

  private final Map<E, LongAdder> counters;

  LabelledCounters(Class<E> labels) {
    counters = new EnumMap<>(labels);
    for (E label : labels.getEnumConstants()) {
      counters.put(label, new LongAdder());
    }
  }

  void increment(E label) {
    of(label).increment();
  }

  long sum(E label) {
    return of(label).sum();
  }

  private LongAdder of(E label) {
    return Objects.requireNonNull(counters.get(label));
  }
}
