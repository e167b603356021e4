package dev.meshd.magicsock.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.derp.DerpMap;
import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import dev.meshd.magicsock.stun.StunCodec;
import dev.meshd.magicsock.stun.StunResponse;
import dev.meshd.magicsock.stun.StunTxId;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Netcheck against a network in virtual time: each server answers after its own delay, or never.
 */
class NetcheckTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1000 * MS;
  private static final Endpoint ME = Endpoint.parse("203.0.113.7:41641");
  private static final Endpoint ME_AGAIN = Endpoint.parse("203.0.113.7:50000");
  private static final Endpoint ME_6 = Endpoint.parse("[2001:db8::7]:41641");

  private final Network network = new Network();

  @Test
  void reportsLatencyAddressAndHome() {
    network.serverDelayNs.put("192.0.2.1", 30 * MS);
    network.serverDelayNs.put("192.0.2.2", 10 * MS);
    NetcheckReport report = network.measure(NetcheckRequest.of(map(2), true, false, 0));
    assertThat(report.udp()).isTrue();
    assertThat(report.full()).isTrue();
    assertThat(report.regionLatency()).containsEntry(1, 30 * MS).containsEntry(2, 10 * MS);
    assertThat(report.preferredDerp()).isEqualTo(2);
    assertThat(report.globalV4()).contains(ME);
    assertThat(report.globalEndpoints()).containsExactly(ME);
    assertThat(report.mappingVariesByDestIp()).contains(false);
    assertThat(network.nowNs - network.startNs).isEqualTo(30 * MS);
  }

  @Test
  void twoServersThatSeeDifferentPortsMeanAMappingThatVaries() {
    network.serverDelayNs.put("192.0.2.1", 10 * MS);
    network.serverDelayNs.put("192.0.2.2", 20 * MS);
    network.seenAs.put("192.0.2.2", ME_AGAIN);
    NetcheckReport report = network.measure(NetcheckRequest.of(map(2), true, false, 0));
    assertThat(report.mappingVariesByDestIp()).contains(true);
    assertThat(report.globalV4()).contains(ME);
  }

  @Test
  void oneAnswerSaysNothingAboutTheMapping() {
    network.serverDelayNs.put("192.0.2.1", 10 * MS);
    NetcheckReport report = network.measure(NetcheckRequest.of(map(1), true, false, 0));
    assertThat(report.mappingVariesByDestIp()).isEmpty();
  }

  @Test
  void fallsBackToHttpsAfterThreeSecondsWithoutUdp() {
    network.httpsDelayNs.put(1, 80 * MS);
    network.httpsDelayNs.put(2, 40 * MS);
    NetcheckReport report = network.measure(NetcheckRequest.of(map(2), true, false, 0));
    assertThat(report.udp()).isFalse();
    assertThat(report.ipv4()).isTrue();
    assertThat(report.ipv4CanSend()).isTrue();
    assertThat(report.regionLatency()).containsEntry(1, 80 * MS).containsEntry(2, 40 * MS);
    assertThat(report.preferredDerp()).isEqualTo(2);
    assertThat(network.nowNs - network.startNs).isEqualTo(5 * SECOND);
  }

  @Test
  void takesIcmpWhereNothingElseAnswers() {
    network.icmpDelayNs.put(1, 15 * MS);
    NetcheckReport report = network.measure(NetcheckRequest.of(map(1), true, false, 0));
    assertThat(report.icmpv4()).isTrue();
    assertThat(report.regionLatency()).containsEntry(1, 15 * MS);
    assertThat(network.nowNs - network.startNs).isLessThanOrEqualTo(5 * SECOND);
  }

  @Test
  void neverTakesLongerThanFiveSeconds() {
    NetcheckReport report = network.measure(NetcheckRequest.of(map(3), true, true, 0));
    assertThat(report.regionLatency()).isEmpty();
    assertThat(report.preferredDerp()).isZero();
    assertThat(network.nowNs - network.startNs).isEqualTo(5 * SECOND);
  }

  @Test
  void measuresHttpsOnlyWhereNothingElseIsAllowed() {
    network.serverDelayNs.put("192.0.2.1", 10 * MS);
    network.httpsDelayNs.put(1, 40 * MS);
    var request = new NetcheckRequest(map(1), true, true, true, 0, false, true);
    NetcheckReport report = network.measure(request);
    assertThat(network.requests).isZero();
    assertThat(network.icmpAsked).isEmpty();
    assertThat(report.regionLatency()).containsEntry(1, 40 * MS);
    assertThat(network.nowNs - network.startNs).isEqualTo(40 * MS);
  }

  @Test
  void stopsSoonAfterTheThirdRegionAnswered() {
    for (int i = 1; i <= 3; i++) {
      network.serverDelayNs.put("192.0.2." + i, 10L * i * MS);
    }
    NetcheckReport report = network.measure(NetcheckRequest.of(map(5), true, false, 0));
    assertThat(report.regionLatency()).containsOnlyKeys(1, 2, 3);
    assertThat(network.nowNs - network.startNs).isEqualTo(90 * MS);
  }

  @Test
  void secondMeasurementIsIncrementalAndTheNextFullOneComesAfterFiveMinutes() {
    network.serverDelayNs.put("192.0.2.1", 10 * MS);
    NetcheckRequest request = NetcheckRequest.of(map(1), true, false, 0);
    assertThat(network.measure(request).full()).isTrue();
    assertThat(network.measure(request).full()).isFalse();
    network.nowNs += 300 * SECOND;
    assertThat(network.measure(request).full()).isTrue();
    assertThat(network.measure(request.measuringAll()).full()).isTrue();
  }

  @Test
  void resolvesHostsTheMapGivesNoAddressFor() {
    network.hosts.put("relay.example", List.of(IpAddress.parse("192.0.2.9"), ME_6.address()));
    network.serverDelayNs.put("192.0.2.9", 10 * MS);
    network.serverDelayNs.put("2001:db8::7", 20 * MS);
    network.seenAs.put("2001:db8::7", ME_6);
    DerpMap map = DerpMap.of(DerpRegion.of(1, "a", "A", DerpNode.of("1a", 1, "relay.example")));
    NetcheckReport report = network.measure(NetcheckRequest.of(map, true, true, 0));
    assertThat(report.regionV4Latency()).containsEntry(1, 10 * MS);
    assertThat(report.regionV6Latency()).containsEntry(1, 20 * MS);
    assertThat(report.globalV6()).contains(ME_6);
  }

  @Test
  void aHostWithoutAnAddressInAFamilyDoesNotHoldTheReportUp() {
    network.hosts.put("relay.example", List.of(IpAddress.parse("192.0.2.9")));
    network.serverDelayNs.put("192.0.2.9", 10 * MS);
    DerpMap map = DerpMap.of(DerpRegion.of(1, "a", "A", DerpNode.of("1a", 1, "relay.example")));
    network.measure(NetcheckRequest.of(map, true, true, 0));
    assertThat(network.nowNs - network.startNs).isEqualTo(200 * MS);
  }

  @Test
  void ignoresAnswersToNothingAndSecondAnswers() {
    network.serverDelayNs.put("192.0.2.1", 10 * MS);
    network.answersTwice = true;
    NetcheckReport report = network.measure(NetcheckRequest.of(map(1), true, false, 0));
    assertThat(report.mappingVariesByDestIp()).isEmpty();
    var forged = new StunResponse(new StunTxId(1, 2), ME_AGAIN);
    assertThat(network.netcheck.onStunResponse(forged, network.nowNs)).isFalse();
  }

  @Test
  void schedulesNothingWhileIdle() {
    assertThat(network.netcheck.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    network.measure(NetcheckRequest.of(DerpMap.empty(), true, false, 0));
    assertThat(network.netcheck.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
  }

  private static DerpMap map(int regions) {
    DerpRegion[] all = new DerpRegion[regions];
    for (int id = 1; id <= regions; id++) {
      DerpNode node = DerpNode.of(id + "a", id, "r" + id).withAddresses("192.0.2." + id, "none");
      all[id - 1] = DerpRegion.of(id, "r" + id, "Region " + id, node);
    }
    return DerpMap.of(all);
  }

  private static final class Network implements NetcheckOutput {
    private record Event(long atNs, int order, Runnable action) {}

    final Map<String, Long> serverDelayNs = new HashMap<>();
    final Map<String, Endpoint> seenAs = new HashMap<>();
    final Map<Integer, Long> httpsDelayNs = new HashMap<>();
    final Map<Integer, Long> icmpDelayNs = new HashMap<>();
    final Map<String, List<IpAddress>> hosts = new HashMap<>();
    final Set<Integer> icmpAsked = new HashSet<>();
    final Netcheck netcheck = new Netcheck(SecureRandomSource.system(), RelayContact.none(), this);
    boolean answersTwice;
    int requests;
    long nowNs = 1_000_000 * SECOND;
    long startNs;

    private final PriorityQueue<Event> events =
        new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingInt(Event::order));
    private final List<NetcheckReport> reports = new ArrayList<>();

    NetcheckReport measure(NetcheckRequest request) {
      startNs = nowNs;
      reports.clear();
      events.clear();
      netcheck.start(request, nowNs);
      while (reports.isEmpty()) {
        long deadlineNs = netcheck.nextDeadlineNs();
        Event next = events.peek();
        if (next != null && next.atNs <= deadlineNs) {
          events.remove();
          nowNs = next.atNs;
          next.action.run();
        } else {
          assertThat(deadlineNs).as("a running measurement wants waking").isGreaterThan(nowNs);
          nowNs = deadlineNs;
          netcheck.onDeadline(nowNs);
        }
      }
      assertThat(netcheck.isRunning()).isFalse();
      assertThat(reports).hasSize(1);
      return reports.getFirst();
    }

    private void after(long delayNs, Runnable action) {
      events.add(new Event(nowNs + delayNs, events.size(), action));
    }

    @Override
    public boolean sendStun(Endpoint server, byte[] request) {
      requests++;
      assertThat(server.port()).isEqualTo(3478);
      String address = server.address().toString();
      Long delayNs = serverDelayNs.get(address);
      if (delayNs != null) {
        Endpoint client = seenAs.getOrDefault(address, ME);
        StunTxId id = StunCodec.parseRequest(Arrays.copyOf(request, request.length)).orElseThrow();
        Runnable answer = () -> netcheck.onStunResponse(new StunResponse(id, client), nowNs);
        after(delayNs, answer);
        if (answersTwice) {
          after(delayNs, answer);
        }
      }
      return true;
    }

    @Override
    public void resolve(String host) {
      after(5, () -> netcheck.onResolved(host, hosts.getOrDefault(host, List.of()), nowNs));
    }

    @Override
    public void measureHttps(DerpRegion region) {
      Long delayNs = httpsDelayNs.get(region.id());
      if (delayNs != null) {
        after(delayNs, () -> netcheck.onHttpsLatency(region.id(), false, delayNs, nowNs));
      }
    }

    @Override
    public void measureIcmp(DerpRegion region, DerpNode node) {
      icmpAsked.add(region.id());
      Long delayNs = icmpDelayNs.get(region.id());
      if (delayNs != null) {
        after(delayNs, () -> netcheck.onIcmpLatency(region.id(), delayNs, nowNs));
      }
    }

    @Override
    public void onReport(NetcheckReport report) {
      reports.add(report);
    }
  }
}
