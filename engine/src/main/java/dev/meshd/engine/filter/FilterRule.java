package dev.meshd.engine.filter;

import java.util.List;

/**
 * One accept rule as the control server words it (tailscale: tailcfg.FilterRule); what the words
 * mean is {@link RuleCompiler}'s business. Immutable.
 *
 * @param sources addresses, prefixes, ranges {@code a-b}, {@code *}, or {@code cap:NAME} for peers
 *     that hold a node capability
 * @param destinations where to
 * @param protocols IP protocol numbers; none means TCP, UDP, ICMP and ICMPv6
 * @param hasObsoleteBits whether the rule used the fields {@code SrcBits} or {@code Bits} that
 *     today's servers must not send; one such rule makes the whole list invalid
 */
public record FilterRule(
    List<String> sources,
    List<Destination> destinations,
    List<Integer> protocols,
    boolean hasObsoleteBits) {

  public FilterRule {
    sources = List.copyOf(sources);
    destinations = List.copyOf(destinations);
    protocols = List.copyOf(protocols);
  }

  /** Lets everything through that is addressed to this node. */
  public static FilterRule allowAll() {
    return new FilterRule(List.of("*"), List.of(Destination.allPorts("*")), List.of(), false);
  }

  /**
   * @param address as in {@link FilterRule#sources}, without {@code cap:}
   * @param firstPort lowest port, 0 to 65535
   * @param lastPort highest port
   */
  public record Destination(String address, int firstPort, int lastPort) {
    public static Destination allPorts(String address) {
      return new Destination(address, 0, 0xffff);
    }
  }
}
