package dev.meshd.engine;

import dev.meshd.magicsock.netcheck.NetcheckReport;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What measurements found out about the local network, as told to the coordination server.
 * Immutable.
 *
 * @param homeRegion the relay region where peers find this node, 0 for none
 * @param workingUdp some STUN server answered
 * @param workingIpv6 one answered over IPv6
 * @param osHasIpv6 the system can do IPv6
 * @param workingIcmpV4 a relay answered an ICMP echo
 * @param mappingVaries whether the NAT gives each destination another port; empty if unknown
 * @param relayLatency seconds by {@code <region>-v4} or {@code <region>-v6}
 */
public record NetInfo(
    int homeRegion,
    boolean workingUdp,
    boolean workingIpv6,
    boolean osHasIpv6,
    boolean workingIcmpV4,
    Optional<Boolean> mappingVaries,
    Map<String, Double> relayLatency) {

  private static final double NANOS_PER_SECOND = 1e9;

  public NetInfo {
    relayLatency = Map.copyOf(relayLatency);
  }

  static NetInfo unknown() {
    return unmeasured(0, false);
  }

  static NetInfo unmeasured(int homeRegion, boolean osHasIpv6) {
    return new NetInfo(homeRegion, false, false, osHasIpv6, false, Optional.empty(), Map.of());
  }

  static NetInfo of(NetcheckReport report, int homeRegion) {
    Map<String, Double> latency = new HashMap<>();
    report.regionV4Latency().forEach((id, ns) -> latency.put(id + "-v4", ns / NANOS_PER_SECOND));
    report.regionV6Latency().forEach((id, ns) -> latency.put(id + "-v6", ns / NANOS_PER_SECOND));
    return new NetInfo(
        homeRegion,
        report.udp(),
        report.ipv6(),
        report.osHasIpv6(),
        report.icmpv4(),
        report.mappingVariesByDestIp(),
        latency);
  }

  /** Whether the difference is worth a message: everything but the latencies. */
  boolean differsFrom(NetInfo other) {
    return homeRegion != other.homeRegion
        || workingUdp != other.workingUdp
        || workingIpv6 != other.workingIpv6
        || osHasIpv6 != other.osHasIpv6
        || workingIcmpV4 != other.workingIcmpV4
        || !mappingVaries.equals(other.mappingVaries);
  }
}
