package dev.meshd.magicsock.netcheck;

import dev.meshd.packet.Endpoint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one measurement has found out so far. Owned by it. */
final class Findings {

  final SortedMap<Integer, Long> latencyNs = new TreeMap<>();
  private final SortedMap<Integer, Long> v4LatencyNs = new TreeMap<>();
  private final SortedMap<Integer, Long> v6LatencyNs = new TreeMap<>();
  private final Map<Endpoint, Integer> v4Counters = new LinkedHashMap<>();
  private final Map<Endpoint, Integer> v6Counters = new LinkedHashMap<>();
  private @Nullable Endpoint firstV4;
  private @Nullable Endpoint latestV6;
  private @Nullable Boolean mappingVaries;
  private boolean udp;
  private boolean ipv4;
  private boolean ipv6;
  private boolean ipv4CanSend;
  private boolean ipv6CanSend;
  private boolean icmpv4;

  void onSent(boolean overIpv6) {
    if (overIpv6) {
      ipv6CanSend = true;
    } else {
      ipv4CanSend = true;
    }
  }

  void onStun(int region, boolean overIpv6, long rttNs, Endpoint seenAs) {
    udp = true;
    onLatency(region, overIpv6, rttNs);
    if (overIpv6) {
      latestV6 = seenAs;
      v6Counters.merge(seenAs, 1, Integer::sum);
      return;
    }
    v4Counters.merge(seenAs, 1, Integer::sum);
    if (firstV4 == null) {
      firstV4 = seenAs;
    } else if (!firstV4.equals(seenAs)) {
      mappingVaries = true;
    } else if (mappingVaries == null) {
      mappingVaries = false;
    }
  }

  void onHttps(int region, boolean overIpv6, long rttNs) {
    onLatency(region, overIpv6, rttNs);
  }

  void onIcmp(int region, long rttNs) {
    icmpv4 = true;
    onLatency(region, false, rttNs);
  }

  /**
   * Whether another answer from {@code region} in that family would tell anything that is not
   * known.
   */
  boolean wouldLearnFrom(int region, boolean overIpv6) {
    return !latencyNs.containsKey(region)
        || (overIpv6 ? v6LatencyNs.isEmpty() : mappingVaries == null);
  }

  boolean hasUdp() {
    return udp;
  }

  long slowestNs() {
    return latencyNs.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  NetcheckReport report(boolean full, boolean osHasIpv6, int preferredDerp) {
    return new NetcheckReport(
        full,
        udp,
        ipv4,
        ipv6,
        ipv4CanSend,
        ipv6CanSend,
        osHasIpv6,
        icmpv4,
        Optional.ofNullable(mappingVaries),
        preferredDerp,
        latencyNs,
        v4LatencyNs,
        v6LatencyNs,
        Optional.ofNullable(firstV4),
        Optional.ofNullable(latestV6),
        v4Counters,
        v6Counters);
  }

  private void onLatency(int region, boolean overIpv6, long rttNs) {
    latencyNs.merge(region, rttNs, Math::min);
    if (overIpv6) {
      ipv6 = true;
      v6LatencyNs.merge(region, rttNs, Math::min);
    } else {
      ipv4 = true;
      v4LatencyNs.merge(region, rttNs, Math::min);
    }
  }
}
