package dev.meshd.magicsock.netcheck;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Proposes the home region: the one with the best latency of the last five minutes among those that
 * answer now, unless the present home is still reachable and not clearly worse. Clearly worse means
 * by at least 10 ms and by more than a third; moving costs every peer a new path.
 *
 * <p>Owned by the measurement. Source: tailscale: net/netcheck/netcheck.go.
 */
final class PreferredRegion {

  private static final long HISTORY_NS = TimeUnit.SECONDS.toNanos(5 * 60 + 5);
  private static final long WORTH_MOVING_NS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long RECENTLY_HEARD_NS = TimeUnit.SECONDS.toNanos(8);
  private static final long HEARD_AT_ALL_NS = TimeUnit.SECONDS.toNanos(120);

  /** No region. */
  static final int NONE = 0;

  private record Measured(long atNs, SortedMap<Integer, Long> latencyNs) {}

  private final ArrayDeque<Measured> history = new ArrayDeque<>();
  private final RelayContact contact;

  PreferredRegion(RelayContact contact) {
    this.contact = contact;
  }

  /**
   * Remembers a measurement and proposes a home.
   *
   * @param latencyNs this measurement, by region
   * @param score factors on latency; those that are not positive count as 1
   * @param home the present home or {@link #NONE}
   * @param startedNs when the measurement began
   */
  int choose(
      SortedMap<Integer, Long> latencyNs,
      Map<Integer, Double> score,
      int home,
      long startedNs,
      long nowNs) {
    history.add(new Measured(nowNs, new TreeMap<>(latencyNs)));
    while (nowNs - history.getFirst().atNs() > HISTORY_NS) {
      history.removeFirst();
    }
    Map<Integer, Double> best = bestScored(score);
    Optional<Integer> nearest =
        latencyNs.keySet().stream()
            .min(
                (a, b) ->
                    Double.compare(
                        best.getOrDefault(a, Double.MAX_VALUE),
                        best.getOrDefault(b, Double.MAX_VALUE)));
    if (nearest.isEmpty()) {
      return home != NONE && contact.heardSince(home, nowNs - HEARD_AT_ALL_NS) ? home : NONE;
    }
    int candidate = nearest.get();
    if (home == NONE || home == candidate || !isReachable(home, latencyNs, startedNs, nowNs)) {
      return candidate;
    }
    double homeNow = latencyNs.getOrDefault(home, 0L) * factor(score, home);
    double candidateBest = best.getOrDefault(candidate, Double.MAX_VALUE);
    boolean keep = homeNow - candidateBest < WORTH_MOVING_NS || candidateBest > homeNow / 3 * 2;
    return keep ? home : candidate;
  }

  private boolean isReachable(
      int region, Map<Integer, Long> latencyNs, long startedNs, long nowNs) {
    return latencyNs.containsKey(region)
        || contact.heardSince(region, Math.min(startedNs, nowNs - RECENTLY_HEARD_NS));
  }

  private Map<Integer, Double> bestScored(Map<Integer, Double> score) {
    Map<Integer, Double> best = new HashMap<>();
    for (Measured measured : history) {
      measured
          .latencyNs()
          .forEach((region, ns) -> best.merge(region, ns * factor(score, region), Math::min));
    }
    return best;
  }

  private static double factor(Map<Integer, Double> score, int region) {
    double given = score.getOrDefault(region, 1.0);
    return given > 0 ? given : 1;
  }
}
