package dev.meshd.engine.filter;

import dev.meshd.packet.IpRangeSet;
import java.util.List;

/**
 * A rule in the form that packets are compared with: sets of ranges and bits, nothing to parse and
 * nothing to allocate. Immutable.
 */
final class AcceptRule {
  private static final int MAX_PORT = 0xffff;

  private final IpRangeSet sources;
  private final IpRangeSet capabilitySources;
  private final IpRangeSet[] destinations;
  private final int[] firstPorts;
  private final int[] lastPorts;
  private final long[] protocolBits = new long[4];
  private final boolean hasV4Destination;
  private final boolean hasV6Destination;

  /** Addresses and an inclusive port range. */
  record PortTarget(IpRangeSet addresses, int firstPort, int lastPort) {}

  /**
   * @param sources addresses named outright
   * @param capabilitySources addresses of peers that hold a named capability
   * @param protocols numbers within 0 to 255; empty matches no protocol
   */
  AcceptRule(
      IpRangeSet sources,
      IpRangeSet capabilitySources,
      List<PortTarget> targets,
      List<Integer> protocols) {
    this.sources = sources;
    this.capabilitySources = capabilitySources;
    destinations = targets.stream().map(PortTarget::addresses).toArray(IpRangeSet[]::new);
    firstPorts = targets.stream().mapToInt(PortTarget::firstPort).toArray();
    lastPorts = targets.stream().mapToInt(PortTarget::lastPort).toArray();
    hasV4Destination = targets.stream().anyMatch(target -> target.addresses().hasV4());
    hasV6Destination = targets.stream().anyMatch(target -> target.addresses().hasV6());
    for (int protocol : protocols) {
      protocolBits[protocol >>> 6] |= 1L << protocol;
    }
  }

  /** Protocol, source, destination and port: for TCP, UDP and SCTP. */
  boolean acceptsPort(PacketFacts packet) {
    return hasProtocol(packet.protocol)
        && (hasSource(sources, packet) || hasSource(capabilitySources, packet))
        && hasDestination(packet, packet.destinationPort, packet.destinationPort);
  }

  /**
   * Source and destination, whatever protocol and ports the rule is about: for ICMP. A source that
   * matches by capability reaches any destination of its family.
   */
  boolean acceptsAddresses(PacketFacts packet) {
    boolean hasFamily = packet.version == 4 ? hasV4Destination : hasV6Destination;
    return (hasFamily && hasSource(capabilitySources, packet))
        || (hasSource(sources, packet) && hasDestination(packet, MAX_PORT + 1, -1));
  }

  /** Protocol and addresses of a rule about all ports: for protocols without ports. */
  boolean acceptsProtocol(PacketFacts packet) {
    return hasProtocol(packet.protocol)
        && hasSource(sources, packet)
        && hasDestination(packet, 0, MAX_PORT);
  }

  private boolean hasProtocol(int protocol) {
    return (protocolBits[protocol >>> 6] & 1L << protocol) != 0;
  }

  private static boolean hasSource(IpRangeSet set, PacketFacts packet) {
    return packet.version == 4
        ? set.containsV4((int) packet.sourceLow)
        : set.containsV6(packet.sourceHigh, packet.sourceLow);
  }

  /**
   * Whether a target covers the packet's destination and all ports from {@code low} to {@code
   * high}.
   */
  private boolean hasDestination(PacketFacts packet, int low, int high) {
    for (int i = 0; i < destinations.length; i++) {
      if (firstPorts[i] <= low && high <= lastPorts[i] && isTo(destinations[i], packet)) {
        return true;
      }
    }
    return false;
  }

  static boolean isTo(IpRangeSet set, PacketFacts packet) {
    return packet.version == 4
        ? set.containsV4((int) packet.destinationLow)
        : set.containsV6(packet.destinationHigh, packet.destinationLow);
  }
}
