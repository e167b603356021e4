package dev.meshd.engine.filter;

import dev.meshd.packet.IpPrefix;
import java.util.List;
import java.util.Map;

/**
 * Everything that decides about inbound packets, apart from the flows this node opened. Immutable.
 *
 * @param rules accept rules; what no rule accepts is dropped
 * @param localPrefixes what counts as addressed to this node: its own addresses and the routes it
 *     advertises
 * @param capabilityHolders node capability → addresses of the peers that hold it
 * @param shieldsUp accept no connection from outside, whatever the rules say
 */
public record FilterPolicy(
    List<FilterRule> rules,
    List<IpPrefix> localPrefixes,
    Map<String, List<IpPrefix>> capabilityHolders,
    boolean shieldsUp) {

  /** Drops everything: what holds before there is a network map. */
  public static final FilterPolicy CLOSED = new FilterPolicy(List.of(), List.of(), Map.of(), true);

  public FilterPolicy {
    rules = List.copyOf(rules);
    localPrefixes = List.copyOf(localPrefixes);
    capabilityHolders = Map.copyOf(capabilityHolders);
  }
}
