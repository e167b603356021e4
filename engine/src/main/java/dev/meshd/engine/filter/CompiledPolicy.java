package dev.meshd.engine.filter;

import dev.meshd.packet.IpRangeSet;
import java.util.List;

/**
 * A {@link FilterPolicy} ready to be asked per packet. Immutable; a change is a new one.
 *
 * @param faults what in the rules could not be understood, one sentence each; for the log
 */
record CompiledPolicy(
    List<AcceptRule> rules, IpRangeSet local, boolean shieldsUp, List<String> faults) {
  boolean acceptsPort(PacketFacts packet) {
    for (int i = 0; i < rules.size(); i++) { // an iterator would be garbage per packet
      if (rules.get(i).acceptsPort(packet)) {
        return true;
      }
    }
    return false;
  }

  boolean acceptsAddresses(PacketFacts packet) {
    for (int i = 0; i < rules.size(); i++) { // an iterator would be garbage per packet
      if (rules.get(i).acceptsAddresses(packet)) {
        return true;
      }
    }
    return false;
  }

  boolean acceptsProtocol(PacketFacts packet) {
    for (int i = 0; i < rules.size(); i++) { // an iterator would be garbage per packet
      if (rules.get(i).acceptsProtocol(packet)) {
        return true;
      }
    }
    return false;
  }

  boolean isLocal(PacketFacts packet) {
    return AcceptRule.isTo(local, packet);
  }
}
