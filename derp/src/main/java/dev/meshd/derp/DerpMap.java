package dev.meshd.derp;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Every relay region a node may use. Immutable; two maps are equal when every field of every node
 * is.
 *
 * @param regions by region id
 * @param regionScore factor on a region's latency when the home is chosen: below 1 prefers, above 1
 *     penalises, values that are not positive are ignored
 */
public record DerpMap(SortedMap<Integer, DerpRegion> regions, Map<Integer, Double> regionScore) {

  private static final DerpMap EMPTY = new DerpMap(new TreeMap<>(), Map.of());

  public DerpMap {
    regions = Collections.unmodifiableSortedMap(new TreeMap<>(regions));
    regionScore = Map.copyOf(regionScore);
  }

  public static DerpMap empty() {
    return EMPTY;
  }

  public static DerpMap of(DerpRegion... regions) {
    var byId = new TreeMap<Integer, DerpRegion>();
    for (DerpRegion region : regions) {
      byId.put(region.id(), region);
    }
    return new DerpMap(byId, Map.of());
  }

  public Optional<DerpRegion> region(int id) {
    return Optional.ofNullable(regions.get(id));
  }

  public boolean isEmpty() {
    return regions.isEmpty();
  }
}
