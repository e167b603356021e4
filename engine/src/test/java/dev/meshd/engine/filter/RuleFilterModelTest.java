package dev.meshd.engine.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import dev.meshd.packet.IpProtocol;
import dev.meshd.packet.TcpView;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Compares the filter with a model that works on text and lists, over random histories. */
class RuleFilterModelTest {
  private static final List<String> V4 =
      List.of("100.64.0.1", "100.64.0.2", "100.64.0.3", "192.168.7.1", "10.0.0.1");
  private static final List<String> V6 =
      List.of("fd7a:115c:a1e0::1", "fd7a:115c:a1e0::2", "2001:db8::1");
  private static final List<String> WORDS =
      List.of(
          "*",
          "100.64.0.1",
          "100.64.0.2",
          "100.64.0.0/30",
          "100.64.0.2-192.168.7.1",
          "0.0.0.0/0",
          "fd7a:115c:a1e0::1",
          "fd7a:115c:a1e0::/48",
          "::-fd7a:115c:a1e0::1",
          "broken",
          "1.2.3.4/8");
  private static final List<IpPrefix> LOCAL =
      List.of(
          IpPrefix.parse("100.64.0.1"),
          IpPrefix.parse("192.168.7.0/24"),
          IpPrefix.parse("fd7a:115c:a1e0::1"));

  /** One packet. For ICMP, {@code toPort} is the type; for TCP, {@code fromPort} the flags. */
  record Step(boolean inbound, int protocol, String from, int fromPort, String to, int toPort) {
    boolean isV4() {
      return IpAddress.parse(from).isV4();
    }

    MemorySegment packet() {
      return switch (protocol) {
        case IpProtocol.TCP -> TestPackets.tcp(from, to, toPort, fromPort);
        case IpProtocol.ICMP -> TestPackets.icmp(from, to, toPort);
        default -> TestPackets.ports(protocol, from, fromPort, to, toPort);
      };
    }
  }

  @Property(tries = 1000)
  void agreesWithTheModel(
      @ForAll("ruleLists") List<FilterRule> rules, @ForAll("histories") List<Step> history) {
    RuleFilter filter = new RuleFilter();
    filter.update(new FilterPolicy(rules, LOCAL, Map.of(), false));
    Set<String> flows = new HashSet<>();
    for (Step step : history) {
      MemorySegment packet = step.packet();
      int length = (int) packet.byteSize();
      if (!step.inbound()) {
        assertThat(filter.allowsOutbound(packet, 0, length, 0)).isTrue();
        flows.add(flow(step.protocol(), step.to(), step.toPort(), step.from(), step.fromPort()));
      } else {
        assertThat(filter.allowsInbound(packet, 0, length, 0))
            .as("%s by %s", step, rules)
            .isEqualTo(modelAccepts(rules, flows, step));
      }
    }
  }

  private static boolean modelAccepts(List<FilterRule> rules, Set<String> flows, Step step) {
    IpAddress to = IpAddress.parse(step.to());
    if (LOCAL.stream().noneMatch(prefix -> prefix.contains(to))) {
      return false;
    }
    return switch (step.protocol()) {
      case IpProtocol.TCP ->
          (step.fromPort() & (TcpView.SYN | TcpView.ACK)) != TcpView.SYN
              || anyRule(rules, step, step.toPort(), step.toPort(), true);
      case IpProtocol.UDP ->
          flows.contains(
                  flow(step.protocol(), step.from(), step.fromPort(), step.to(), step.toPort()))
              || anyRule(rules, step, step.toPort(), step.toPort(), true);
      case IpProtocol.ICMP ->
          step.toPort() == (step.isV4() ? 0 : 129) || anyRule(rules, step, 0, 0, false);
      default -> anyRule(rules, step, 0, 65535, true);
    };
  }

  private static boolean anyRule(
      List<FilterRule> rules, Step step, int lowPort, int highPort, boolean exactly) {
    return rules.stream()
        .filter(rule -> !exactly || protocols(rule).contains(step.protocol()))
        .filter(rule -> rule.sources().stream().anyMatch(word -> names(word, step.from())))
        .flatMap(rule -> rule.destinations().stream())
        .filter(target -> names(target.address(), step.to()))
        .anyMatch(
            target -> !exactly || (target.firstPort() <= lowPort && highPort <= target.lastPort()));
  }

  private static List<Integer> protocols(FilterRule rule) {
    return rule.protocols().isEmpty() ? List.of(1, 6, 17, 58) : rule.protocols();
  }

  private static boolean names(String word, String addressText) {
    IpAddress address = IpAddress.parse(addressText);
    if (word.equals("*")) {
      return true;
    }
    if (word.contains("-")) {
      IpAddress first = IpAddress.parse(word.split("-")[0]);
      IpAddress last = IpAddress.parse(word.split("-")[1]);
      return first.isV4() == address.isV4()
          && first.compareTo(address) <= 0
          && address.compareTo(last) <= 0;
    }
    return IpPrefix.tryParse(word).filter(prefix -> prefix.contains(address)).isPresent();
  }

  private static String flow(int protocol, String from, int fromPort, String to, int toPort) {
    return protocol == IpProtocol.UDP ? from + " " + fromPort + " " + to + " " + toPort : "none";
  }

  @Provide
  static Arbitrary<List<FilterRule>> ruleLists() {
    Arbitrary<Integer> ports = Arbitraries.of(0, 1, 2, 3, 65535);
    Arbitrary<FilterRule.Destination> targets =
        Combinators.combine(Arbitraries.of(WORDS), ports, ports).as(FilterRule.Destination::new);
    Arbitrary<List<Integer>> protocols = Arbitraries.of(6, 17, 1, 58, 47, 300).list().ofMaxSize(2);
    return Combinators.combine(
            Arbitraries.of(WORDS).list().ofMaxSize(3), targets.list().ofMaxSize(3), protocols)
        .as((sources, to, numbers) -> new FilterRule(sources, to, numbers, false))
        .list()
        .ofMaxSize(4);
  }

  @Provide
  static Arbitrary<List<Step>> histories() {
    Arbitrary<List<String>> pairs =
        Arbitraries.oneOf(Arbitraries.of(V4).list().ofSize(2), Arbitraries.of(V6).list().ofSize(2));
    return Combinators.combine(
            Arbitraries.of(true, true, false),
            Arbitraries.of(6, 6, 17, 17, 1, 47),
            pairs,
            Arbitraries.integers().between(1, 3))
        .flatAs(
            (inbound, protocol, pair, fromPort) ->
                targetPorts(protocol)
                    .map(
                        toPort ->
                            new Step(
                                inbound,
                                protocol,
                                pair.getFirst(),
                                protocol == IpProtocol.TCP ? flags(fromPort) : fromPort,
                                pair.getLast(),
                                toPort)))
        .list()
        .ofMaxSize(30)
        .map(ArrayList::new);
  }

  private static int flags(int choice) {
    return choice == 1 ? TcpView.SYN : choice == 2 ? TcpView.SYN | TcpView.ACK : TcpView.ACK;
  }

  private static Arbitrary<Integer> targetPorts(int protocol) {
    return protocol == IpProtocol.ICMP
        ? Arbitraries.of(0, 8, 128, 129)
        : Arbitraries.integers().between(0, 4);
  }
}
