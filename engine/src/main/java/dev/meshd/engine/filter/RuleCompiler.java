package dev.meshd.engine.filter;

import dev.meshd.packet.AddressFormatException;
import dev.meshd.packet.IpPrefix;
import dev.meshd.packet.IpProtocol;
import dev.meshd.packet.IpRange;
import dev.meshd.packet.IpRangeSet;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the server's words into {@link CompiledPolicy} (tailscale: wgengine/filter/tailcfg.go).
 *
 * <ul>
 *   <li>An entry that does not parse is skipped and noted; the rest of its rule stays.
 *   <li>A rule with obsolete fields voids the whole list: nothing is accepted, which is safer than
 *       guessing what an old server meant.
 *   <li>A protocol outside 0 to 255 is ignored; if none is left the rule matches no protocol.
 * </ul>
 *
 * <p>Used for one policy, by one thread.
 */
final class RuleCompiler {
  private static final String CAPABILITY_PREFIX = "cap:";

  private static final List<Integer> DEFAULT_PROTOCOLS =
      List.of(IpProtocol.TCP, IpProtocol.UDP, IpProtocol.ICMP, IpProtocol.ICMPV6);

  private static final List<IpRange> EVERYTHING =
      List.of(IpRange.of(IpPrefix.ALL_V4), IpRange.of(IpPrefix.ALL_V6));

  private final FilterPolicy policy;
  private final List<String> faults = new ArrayList<>();

  private RuleCompiler(FilterPolicy policy) {
    this.policy = policy;
  }

  static CompiledPolicy compile(FilterPolicy policy) {
    return new RuleCompiler(policy).compile();
  }

  private CompiledPolicy compile() {
    List<AcceptRule> rules = List.of();
    if (policy.rules().stream().anyMatch(FilterRule::hasObsoleteBits)) {
      faults.add("a rule has the obsolete fields SrcBits or Bits; every rule is ignored");
    } else if (!policy.shieldsUp()) {
      rules = policy.rules().stream().map(this::compile).toList();
    }
    return new CompiledPolicy(
        rules, IpRangeSet.of(policy.localPrefixes()), policy.shieldsUp(), List.copyOf(faults));
  }

  private AcceptRule compile(FilterRule rule) {
    List<IpRange> sources = new ArrayList<>();
    List<IpRange> capabilitySources = new ArrayList<>();
    for (String source : rule.sources()) {
      if (source.startsWith(CAPABILITY_PREFIX)) {
        String capability = source.substring(CAPABILITY_PREFIX.length());
        policy.capabilityHolders().getOrDefault(capability, List.of()).stream()
            .map(IpRange::of)
            .forEach(capabilitySources::add);
      } else {
        sources.addAll(addresses(source));
      }
    }
    List<AcceptRule.PortTarget> targets = new ArrayList<>();
    for (FilterRule.Destination destination : rule.destinations()) {
      List<IpRange> addresses = addresses(destination.address());
      if (!addresses.isEmpty()) {
        targets.add(
            new AcceptRule.PortTarget(
                IpRangeSet.ofRanges(addresses), destination.firstPort(), destination.lastPort()));
      }
    }
    return new AcceptRule(
        IpRangeSet.ofRanges(sources),
        IpRangeSet.ofRanges(capabilitySources),
        targets,
        protocols(rule));
  }

  private static List<Integer> protocols(FilterRule rule) {
    if (rule.protocols().isEmpty()) {
      return DEFAULT_PROTOCOLS;
    }
    return rule.protocols().stream().filter(number -> number >= 0 && number <= 255).toList();
  }

  /** The ranges that a word names; none, and a fault, if it names nothing. */
  private List<IpRange> addresses(String word) {
    try {
      if (word.equals("*")) {
        return EVERYTHING;
      }
      boolean isRange = word.indexOf('/') < 0 && word.indexOf('-') >= 0;
      return List.of(isRange ? IpRange.parse(word) : IpRange.of(IpPrefix.parse(word)));
    } catch (AddressFormatException e) {
      faults.add("an entry is skipped: " + e.getMessage());
      return List.of();
    }
  }
}
