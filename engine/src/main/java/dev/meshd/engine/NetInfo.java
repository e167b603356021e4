package dev.meshd.engine;

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
 * @param mappingVaries whether the NAT gives each destination another port; empty if unknown
 * @param relayLatency seconds by {@code <region>-v4} or {@code <region>-v6}
 */
public record NetInfo(
    int homeRegion,
    boolean workingUdp,
    boolean workingIpv6,
    boolean osHasIpv6,
    Optional<Boolean> mappingVaries,
    Map<String, Double> relayLatency) {

  public NetInfo {
    relayLatency = Map.copyOf(relayLatency);
  }

  /** Whether the difference is worth a message: everything but the latencies. */
  boolean differsFrom(NetInfo other) {
    return homeRegion != other.homeRegion
        || workingUdp != other.workingUdp
        || workingIpv6 != other.workingIpv6
        || osHasIpv6 != other.osHasIpv6
        || !mappingVaries.equals(other.mappingVaries);
  }
}
