package dev.meshd.engine.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.meshd.packet.BigEndian;
import dev.meshd.packet.IpPrefix;
import dev.meshd.packet.IpProtocol;
import dev.meshd.packet.TcpView;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleFilterTest {
  private static final String SELF = "100.64.0.1";
  private static final String SELF_V6 = "fd7a:115c:a1e0::1";
  private static final String PEER = "100.64.0.2";
  private static final String PEER_V6 = "fd7a:115c:a1e0::2";
  private static final List<IpPrefix> LOCAL =
      List.of(IpPrefix.parse(SELF), IpPrefix.parse(SELF_V6), IpPrefix.parse("192.168.7.0/24"));
  private static final int SYN = TcpView.SYN;
  private static final int SYN_ACK = TcpView.SYN | TcpView.ACK;

  @Test
  void dropsEverythingBeforeTheFirstPolicy() {
    RuleFilter filter = new RuleFilter();
    assertThat(inbound(filter, TestPackets.tcp(PEER, SELF, 22, TcpView.ACK))).isFalse();
    assertThat(filter.inboundDrops(FilterDrop.NOT_LOCAL)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "100.64.0.2, 100.64.0.1, 22, true",
    "100.64.0.2, 100.64.0.1, 23, false",
    "100.64.0.2, 100.64.0.1, 7999, false",
    "100.64.0.2, 100.64.0.1, 8000, true",
    "100.64.0.2, 100.64.0.1, 8010, true",
    "100.64.0.2, 100.64.0.1, 8011, false",
    "100.64.0.3, 100.64.0.1, 22, false",
    "100.64.0.2, 192.168.7.9, 22, false",
    "100.64.0.9, 192.168.7.9, 443, true",
    "100.64.0.11, 192.168.7.9, 443, false",
    "fd7a:115c:a1e0::2, fd7a:115c:a1e0::1, 22, true",
    "fd7a:115c:a1e0::3, fd7a:115c:a1e0::1, 22, false",
  })
  void openingATcpConnectionNeedsARuleWithSourceDestinationAndPort(
      String from, String to, int port, boolean accepted) {
    RuleFilter filter =
        filter(
            rule(List.of(PEER, PEER_V6), SELF, 22, 22),
            rule(List.of("100.64.0.2/31"), SELF, 8000, 8010),
            rule(List.of(PEER_V6), SELF_V6, 22, 22),
            rule(List.of("100.64.0.8-100.64.0.10"), "192.168.7.0/24", 443, 443));
    boolean wanted = accepted;
    assertThat(inbound(filter, TestPackets.tcp(from, to, port, SYN))).isEqualTo(wanted);
  }

  @Test
  void tcpThatOpensNothingPassesToLocalAddressesOnly() {
    RuleFilter filter = filter();
    assertThat(inbound(filter, TestPackets.tcp(PEER, SELF, 22, TcpView.ACK))).isTrue();
    assertThat(inbound(filter, TestPackets.tcp(PEER, SELF, 22, SYN_ACK))).isTrue();
    assertThat(inbound(filter, TestPackets.tcp(PEER_V6, SELF_V6, 22, TcpView.RST))).isTrue();
    assertThat(inbound(filter, TestPackets.tcp(PEER, SELF, 22, SYN))).isFalse();
    assertThat(inbound(filter, TestPackets.tcp(PEER, "10.0.0.1", 22, TcpView.ACK))).isFalse();
    assertThat(filter.inboundDrops(FilterDrop.ACL)).isEqualTo(1);
    assertThat(filter.inboundDrops(FilterDrop.NOT_LOCAL)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {IpProtocol.UDP, IpProtocol.SCTP})
  void onlyRepliesToOwnFlowsPassWithoutARule(int protocol) {
    RuleFilter filter = filter();
    assertThat(inbound(filter, TestPackets.ports(protocol, PEER, 53, SELF, 5000))).isFalse();
    assertThat(outbound(filter, TestPackets.ports(protocol, SELF, 5000, PEER, 53))).isTrue();
    assertThat(inbound(filter, TestPackets.ports(protocol, PEER, 53, SELF, 5000))).isTrue();
    assertThat(inbound(filter, TestPackets.ports(protocol, PEER, 54, SELF, 5000))).isFalse();
    assertThat(inbound(filter, TestPackets.ports(protocol, PEER, 53, SELF, 5001))).isFalse();
    assertThat(inbound(filter, TestPackets.ports(protocol, "100.64.0.3", 53, SELF, 5000)))
        .isFalse();
    int other = protocol == IpProtocol.UDP ? IpProtocol.SCTP : IpProtocol.UDP;
    assertThat(inbound(filter, TestPackets.ports(other, PEER, 53, SELF, 5000))).isFalse();
  }

  @Test
  void flowsSurviveNewRulesButNotShieldsUp() {
    RuleFilter filter = filter();
    outbound(filter, TestPackets.udp(SELF_V6, 5000, PEER_V6, 53));
    filter.update(policy(List.of(FilterRule.allowAll()), false));
    assertThat(inbound(filter, TestPackets.udp(PEER_V6, 53, SELF_V6, 5000))).isTrue();
    filter.update(policy(List.of(FilterRule.allowAll()), true));
    assertThat(inbound(filter, TestPackets.udp(PEER_V6, 53, SELF_V6, 5000))).isFalse();
    assertThat(inbound(filter, TestPackets.tcp(PEER, SELF, 22, SYN))).isFalse();
    outbound(filter, TestPackets.udp(SELF_V6, 5000, PEER_V6, 53));
    filter.update(policy(List.of(), true));
    assertThat(inbound(filter, TestPackets.udp(PEER_V6, 53, SELF_V6, 5000)))
        .as("shields were up before")
        .isTrue();
  }

  @Test
  void icmpRepliesAndErrorsPassAndRequestsNeedAnyRuleForTheAddresses() {
    RuleFilter filter = filter(rule(List.of(PEER, PEER_V6), SELF, 22, 22));
    assertThat(inbound(filter, TestPackets.icmp(PEER, SELF, 8))).as("request").isTrue();
    assertThat(inbound(filter, TestPackets.icmp("100.64.0.3", SELF, 8))).isFalse();
    assertThat(inbound(filter, TestPackets.icmp("100.64.0.3", SELF, 0))).as("reply").isTrue();
    assertThat(inbound(filter, TestPackets.icmp("8.8.8.8", SELF, 3))).as("error").isTrue();
    assertThat(inbound(filter, TestPackets.icmp("8.8.8.8", SELF, 11))).isTrue();
    assertThat(inbound(filter, TestPackets.icmp("8.8.8.8", SELF, 12))).isTrue();
    assertThat(inbound(filter, TestPackets.icmp("8.8.8.8", SELF, 13))).isFalse();
    assertThat(inbound(filter, TestPackets.icmp(PEER_V6, SELF_V6, 128)))
        .as("the rule has no IPv6 destination")
        .isFalse();
    assertThat(inbound(filter, TestPackets.icmp(PEER_V6, SELF_V6, 129))).isTrue();
    assertThat(inbound(filter, TestPackets.icmp(PEER_V6, SELF_V6, 2))).isTrue();
  }

  @Test
  void otherProtocolsNeedARuleThatNamesThemForAllPorts() {
    FilterRule gre = new FilterRule(List.of(PEER), allPorts(SELF), List.of(47, 300, -1), false);
    FilterRule someEsp =
        new FilterRule(
            List.of(PEER), List.of(new FilterRule.Destination(SELF, 1, 65535)), List.of(50), false);
    RuleFilter filter = filter(gre, someEsp, FilterRule.allowAll());
    assertThat(inbound(filter, TestPackets.ip(PEER, SELF, 47, 20))).isTrue();
    assertThat(inbound(filter, TestPackets.ip("100.64.0.3", SELF, 47, 20))).isFalse();
    assertThat(inbound(filter, TestPackets.ip(PEER, SELF, 50, 20))).isFalse();
    assertThat(inbound(filter, TestPackets.ip(PEER, SELF, 51, 20))).isFalse();
    assertThat(inbound(filter, TestPackets.ip(PEER, SELF, IpProtocol.TSMP, 20))).isTrue();
  }

  @Test
  void aListOfImpossibleProtocolsMatchesNothing() {
    RuleFilter filter = filter(new FilterRule(List.of("*"), allPorts("*"), List.of(300), false));
    assertThat(inbound(filter, TestPackets.tcp(PEER, SELF, 22, SYN))).isFalse();
    assertThat(inbound(filter, TestPackets.udp(PEER, 1, SELF, 2))).isFalse();
  }

  @Test
  void unsoundPacketsAreDroppedBothWaysWithTheirReason() {
    RuleFilter filter = filter(FilterRule.allowAll());
    MemorySegment notIp = MemorySegment.ofArray(new byte[40]);
    MemorySegment cutTcp = TestPackets.ip(PEER, SELF, IpProtocol.TCP, 19);
    List<MemorySegment> packets =
        List.of(
            notIp,
            cutTcp,
            TestPackets.ip(PEER, SELF, 255, 20),
            TestPackets.udp(PEER, 1, "224.0.0.251", 5353),
            TestPackets.udp(PEER_V6, 1, "ff02::fb", 5353),
            TestPackets.udp(PEER, 1, "169.254.1.1", 2),
            TestPackets.udp(PEER_V6, 1, "fe80::1", 2),
            MemorySegment.ofArray(new byte[19]));
    for (MemorySegment packet : packets) {
      assertThat(inbound(filter, packet)).isFalse();
      assertThat(outbound(filter, packet)).isFalse();
    }
    for (long drops :
        List.of(
            filter.inboundDrops(FilterDrop.UNKNOWN_PROTOCOL),
            filter.outboundDrops(FilterDrop.UNKNOWN_PROTOCOL))) {
      assertThat(drops).isEqualTo(3);
    }
    assertThat(filter.inboundDrops(FilterDrop.MULTICAST)).isEqualTo(2);
    assertThat(filter.outboundDrops(FilterDrop.LINK_LOCAL_UNICAST)).isEqualTo(2);
    assertThat(filter.inboundDrops(FilterDrop.TOO_SHORT)).isEqualTo(1);
    assertThat(outbound(filter, TestPackets.udp(SELF, 1, "169.254.169.254", 80))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0, true", "1, false", "9, false", "10, true", "8191, true"})
  void laterFragmentsPassUnlessTheyCouldOverlapTheHeaders(int fragmentOffset, boolean accepted) {
    RuleFilter filter = filter(rule(List.of(PEER), SELF, 0, 65535));
    MemorySegment v4 = TestPackets.udp(PEER, 1, SELF, 2);
    BigEndian.put16(v4, 6, 0x2000 | fragmentOffset);
    assertThat(inbound(filter, v4)).isEqualTo(accepted);
    MemorySegment v6 = TestPackets.ip(PEER_V6, SELF_V6, IpProtocol.IPV6_FRAGMENT, 40);
    v6.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 40, (byte) IpProtocol.UDP);
    BigEndian.put16(v6, 42, fragmentOffset << 3 | 1);
    boolean firstNeedsARule = fragmentOffset == 0;
    assertThat(inbound(filter, v6)).isEqualTo(accepted && !firstNeedsARule);
  }

  @Test
  void sourcesByCapabilityAreThePeersThatHoldIt() {
    FilterRule rule = rule(List.of("cap:admin", "cap:nobody"), SELF, 22, 22);
    RuleFilter filter = new RuleFilter();
    filter.update(
        new FilterPolicy(
            List.of(rule), LOCAL, Map.of("admin", List.of(IpPrefix.parse(PEER))), false));
    assertThat(inbound(filter, TestPackets.tcp(PEER, SELF, 22, SYN))).isTrue();
    assertThat(inbound(filter, TestPackets.tcp(PEER, SELF, 23, SYN))).isFalse();
    assertThat(inbound(filter, TestPackets.tcp("100.64.0.3", SELF, 22, SYN))).isFalse();
    assertThat(inbound(filter, TestPackets.icmp(PEER, "192.168.7.1", 8)))
        .as("ICMP from a holder reaches any local address")
        .isTrue();
  }

  @Test
  void entriesThatDoNotParseAreSkippedAndNamed() {
    RuleFilter filter = new RuleFilter();
    FilterRule rule =
        new FilterRule(
            List.of("10.0.0.1/8", "nonsense", PEER, "5.5.5.5-4.4.4.4"),
            List.of(
                FilterRule.Destination.allPorts("cap:x"), FilterRule.Destination.allPorts(SELF)),
            List.of(),
            false);
    List<String> faults = filter.update(policy(List.of(rule), false));
    assertThat(faults).hasSize(4);
    assertThat(faults.getFirst()).contains("10.0.0.1/8").contains("host bits");
    assertThat(inbound(filter, TestPackets.tcp(PEER, SELF, 22, SYN))).isTrue();
    assertThat(inbound(filter, TestPackets.tcp("10.0.0.1", SELF, 22, SYN))).isFalse();
  }

  @Test
  void oneObsoleteRuleVoidsAll() {
    RuleFilter filter = new RuleFilter();
    FilterRule obsolete = new FilterRule(List.of("*"), allPorts("*"), List.of(), true);
    List<String> faults = filter.update(policy(List.of(FilterRule.allowAll(), obsolete), false));
    assertThat(faults).hasSize(1);
    assertThat(inbound(filter, TestPackets.tcp(PEER, SELF, 22, SYN))).isFalse();
  }

  @Property(tries = 3000)
  void anyBytesGetAVerdict(@ForAll @Size(max = 90) byte[] bytes) {
    RuleFilter filter = filter(FilterRule.allowAll());
    if (bytes.length > 0) {
      bytes[0] = (byte) (bytes[0] & 0x0f | (bytes.length % 2 == 0 ? 0x40 : 0x60));
    }
    inbound(filter, MemorySegment.ofArray(bytes));
    outbound(filter, MemorySegment.ofArray(bytes));
  }

  @Test
  void verdictsAllocateNothing() {
    RuleFilter filter = filter(rule(List.of("100.64.0.0/10"), SELF, 22, 22));
    MemorySegment[] in = {
      TestPackets.tcp(PEER, SELF, 22, SYN),
      TestPackets.udp(PEER, 53, SELF, 5000),
      TestPackets.icmp(PEER_V6, SELF_V6, 128),
      TestPackets.udp(PEER, 7, SELF, 7),
    };
    MemorySegment out = TestPackets.udp(SELF, 5000, PEER, 53);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    passMany(filter, in, out);
    long before = threads.getCurrentThreadAllocatedBytes();
    int passed = passMany(filter, in, out);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(passed).isEqualTo(150_000);
    assertThat(allocated).as("bytes allocated for 250,000 verdicts").isLessThan(2000);
  }

  private static int passMany(RuleFilter filter, MemorySegment[] in, MemorySegment out) {
    int passed = 0;
    for (int i = 0; i < 50_000; i++) {
      passed += filter.allowsOutbound(out, 0, 48, i) ? 1 : 0;
      for (MemorySegment packet : in) {
        passed += filter.allowsInbound(packet, 0, (int) packet.byteSize(), i) ? 1 : 0;
      }
    }
    return passed;
  }

  private static boolean inbound(RuleFilter filter, MemorySegment packet) {
    return filter.allowsInbound(packet, 0, (int) packet.byteSize(), 0);
  }

  private static boolean outbound(RuleFilter filter, MemorySegment packet) {
    return filter.allowsOutbound(packet, 0, (int) packet.byteSize(), 0);
  }

  private static RuleFilter filter(FilterRule... rules) {
    RuleFilter filter = new RuleFilter();
    assertThat(filter.update(policy(List.of(rules), false))).isEmpty();
    return filter;
  }

  private static FilterPolicy policy(List<FilterRule> rules, boolean shieldsUp) {
    return new FilterPolicy(rules, LOCAL, Map.of(), shieldsUp);
  }

  private static FilterRule rule(List<String> sources, String to, int firstPort, int lastPort) {
    return new FilterRule(
        sources, List.of(new FilterRule.Destination(to, firstPort, lastPort)), List.of(), false);
  }

  private static List<FilterRule.Destination> allPorts(String address) {
    return List.of(FilterRule.Destination.allPorts(address));
  }
}
