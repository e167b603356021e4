package dev.meshd.coordinator.gate;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Connections of one standing, oldest first, with a bound on all of them and on those that share a
 * key. Not thread-safe; guarded by its gate.
 */
final class VisitorGroup {
  private final int max;
  private final int maxPerKey;
  private final LinkedHashSet<Visitor> all = new LinkedHashSet<>();
  private final Map<Object, LinkedHashSet<Visitor>> byKey = new HashMap<>();

  VisitorGroup(int max, int maxPerKey) {
    this.max = max;
    this.maxPerKey = maxPerKey;
  }

  boolean isFull() {
    return all.size() >= max;
  }

  int size() {
    return all.size();
  }

  /**
   * Who has to go before one more of {@code key} comes: the oldest with that key when there are
   * enough of those, else the oldest of all when there are enough altogether.
   *
   * @param boundedByKey whether the bound per key counts for {@code key}
   */
  Optional<Visitor> inTheWayOf(Object key, boolean boundedByKey) {
    Set<Visitor> same = byKey.getOrDefault(key, new LinkedHashSet<>());
    if (boundedByKey && same.size() >= maxPerKey) {
      return same.stream().findFirst();
    }
    return isFull() ? all.stream().findFirst() : Optional.empty();
  }

  void add(Visitor visitor, Object key) {
    all.add(visitor);
    byKey.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(visitor);
  }

  void remove(Visitor visitor, Object key) {
    all.remove(visitor);
    byKey.computeIfPresent(
        key,
        (k, same) -> {
          same.remove(visitor);
          return same.isEmpty() ? null : same;
        });
  }

  Set<Visitor> of(Object key) {
    return Set.copyOf(byKey.getOrDefault(key, new LinkedHashSet<>()));
  }
}
