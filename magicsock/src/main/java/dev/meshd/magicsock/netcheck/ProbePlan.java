package dev.meshd.magicsock.netcheck;

import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Which relay hosts to ask by STUN, and when. One set of probes per region and family; a set ends
 * with its first answer.
 *
 * <p>A full plan asks every region three times. An incremental plan, made from the last report,
 * asks the three fastest regions and the home, the home most often, and spaces the retries by what
 * the last round trip took.
 *
 * <p>Immutable. Source: tailscale: net/netcheck/netcheck.go.
 */
record ProbePlan(List<ProbeSet> sets) {

  private static final long FULL_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int FULL_TRIES = 3;

  private static final int INCREMENTAL_REGIONS = 3;
  private static final int FASTEST = 2;
  private static final int HOME_TRIES = 4;
  private static final int FASTEST_TRIES = 2;
  private static final long UNKNOWN_LATENCY_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long LATE_RETRY_EXTRA_NS = TimeUnit.MILLISECONDS.toNanos(50);

  /** The probes of one region and family, in order of their delay. */
  record ProbeSet(DerpRegion region, boolean ipv6, List<Probe> probes) {}

  /** One request. {@code delayNs} counts from the start of the measurement. */
  record Probe(DerpNode node, long delayNs) {}

  static ProbePlan full(NetcheckRequest request) {
    List<ProbeSet> sets = new ArrayList<>();
    for (DerpRegion region : request.map().regions().values()) {
      if (region.noMeasureNoHome() || region.nodes().isEmpty()) {
        continue;
      }
      var builder = new SetBuilder(region);
      for (int t = 0; t < FULL_TRIES; t++) {
        builder.add(t, t * FULL_RETRY_NS, request.hostHasIpv4(), request.hostHasIpv6());
      }
      builder.addTo(sets);
    }
    return new ProbePlan(List.copyOf(sets));
  }

  static ProbePlan incremental(NetcheckRequest request, NetcheckReport last) {
    boolean had6 = !last.regionV6Latency().isEmpty();
    boolean hadBoth = request.hostHasIpv6() && had6 && !last.regionV4Latency().isEmpty();
    List<ProbeSet> sets = new ArrayList<>();
    List<DerpRegion> ranked = ranked(request, last.regionLatency());
    for (int rank = 0; rank < ranked.size(); rank++) {
      DerpRegion region = ranked.get(rank);
      boolean home = region.id() == request.home();
      if (rank >= INCREMENTAL_REGIONS && !home) {
        continue;
      }
      boolean use4 = request.hostHasIpv4();
      boolean use6 = request.hostHasIpv6();
      if (rank >= FASTEST && hadBoth) {
        // Slower regions of a host with both families take turns between them.
        use4 = rank % 2 == 0;
        use6 = !use4;
      } else if (rank >= FASTEST && !had6) {
        use6 = false;
      }
      int tries = home ? HOME_TRIES : rank < FASTEST ? FASTEST_TRIES : 1;
      long retryNs = retryNs(Optional.ofNullable(last.regionLatency().get(region.id())));
      var builder = new SetBuilder(region);
      for (int t = 0; t < tries; t++) {
        long delayNs = t * retryNs + (t > 1 ? t * LATE_RETRY_EXTRA_NS : 0);
        builder.add(t, delayNs, use4, use6 && (t == 0 || had6));
      }
      builder.addTo(sets);
    }
    return new ProbePlan(List.copyOf(sets));
  }

  private static long retryNs(Optional<Long> latencyNs) {
    return latencyNs.map(ns -> ns * 120 / 100).orElse(UNKNOWN_LATENCY_RETRY_NS);
  }

  /** Fastest first, unknown last; what must not be measured left out. */
  private static List<DerpRegion> ranked(NetcheckRequest request, Map<Integer, Long> latencyNs) {
    return request.map().regions().values().stream()
        .filter(region -> !region.noMeasureNoHome() && !region.nodes().isEmpty())
        .filter(region -> !region.avoid() || region.id() == request.home())
        .sorted(
            Comparator.<DerpRegion>comparingLong(
                    region -> latencyNs.getOrDefault(region.id(), Long.MAX_VALUE))
                .thenComparingInt(DerpRegion::id))
        .toList();
  }

  /** Collects the probes of one region, try by try. */
  private static final class SetBuilder {
    private final DerpRegion region;
    private final List<Probe> v4 = new ArrayList<>();
    private final List<Probe> v6 = new ArrayList<>();

    SetBuilder(DerpRegion region) {
      this.region = region;
    }

    void add(int tryNumber, long delayNs, boolean use4, boolean use6) {
      DerpNode node = region.nodes().get(tryNumber % region.nodes().size());
      if (node.stunServicePort().isEmpty()) {
        return;
      }
      if (use4 && !node.ipv4Disabled()) {
        v4.add(new Probe(node, delayNs));
      }
      if (use6 && !node.ipv6Disabled()) {
        v6.add(new Probe(node, delayNs));
      }
    }

    void addTo(List<ProbeSet> sets) {
      if (!v4.isEmpty()) {
        sets.add(new ProbeSet(region, false, List.copyOf(v4)));
      }
      if (!v6.isEmpty()) {
        sets.add(new ProbeSet(region, true, List.copyOf(v6)));
      }
    }
  }
}
