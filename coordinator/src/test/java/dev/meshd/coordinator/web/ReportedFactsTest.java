package dev.meshd.coordinator.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.Service;
import dev.meshd.control.model.WireException;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpPrefix;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportedFactsTest {
  private final WebStats stats = new WebStats();
  private final ReportedFacts facts =
      new ReportedFacts(
          List.of(IpPrefix.parse("100.64.0.0/10"), IpPrefix.parse("fd7a:115c:a1e0::/48")), stats);

  @Test
  void ordinaryFactsPassAsTheyAre() throws WireException {
    Hostinfo host =
        Hostinfo.builder().hostname("büro-pc").os("linux").requestTags(List.of("tag:a")).build();
    assertThat(facts.hostinfo(host)).isSameAs(host);
    assertThat(facts.hostinfo(null)).isNull();
  }

  @Test
  void textThatSteersATerminalIsReplacedWhereverItStands() throws WireException {
    Hostinfo host =
        Hostinfo.builder()
            .hostname("a\u001b[2Jb\nc")
            .os("li\u202enux")
            .services(List.of(new Service("tcp", 22, "s\u0007h")))
            .build();
    Hostinfo clean = facts.hostinfo(host);
    assertThat(clean.hostname()).isEqualTo("a\ufffd[2Jb\ufffdc");
    assertThat(clean.os()).isEqualTo("li\ufffdnux");
    assertThat(clean.services().getFirst().description()).isEqualTo("s\ufffdh");
  }

  @Test
  void longTextIsCut() throws WireException {
    Hostinfo host = Hostinfo.builder().hostname("a".repeat(5000)).build();
    assertThat(facts.hostinfo(host).hostname()).hasSize(ReportedFacts.MAX_TEXT);
  }

  @Test
  void factsLargerThanAnyHostNeedsAreRefusedAndCounted() {
    Hostinfo host = Hostinfo.builder().hostname("a".repeat(40_000)).build();
    assertThatThrownBy(() -> facts.hostinfo(host)).isInstanceOf(WireException.class);
    assertThat(stats.hostinfoTooLarge()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:1",
        "[::1]:1",
        "[::ffff:127.0.0.1]:1",
        "0.0.0.0:1",
        "224.0.0.251:5353",
        "[ff02::1]:1",
        "255.255.255.255:1",
        "192.0.2.1:0",
        "100.64.0.9:41641",
        "[fd7a:115c:a1e0::9]:41641"
      })
  void endpointsNobodyShouldSendToAreDroppedAndCounted(String text) {
    assertThat(facts.endpoints(List.of(Endpoint.parse(text)))).isEmpty();
    assertThat(stats.endpointsDropped()).isEqualTo(1);
  }

  @Test
  void endpointsAPeerCanReachPass() {
    List<Endpoint> usable =
        Stream.of("192.0.2.1:41641", "10.0.0.3:41641", "[2001:db8::1]:1", "[fe80::1]:2")
            .map(Endpoint::parse)
            .toList();
    assertThat(facts.endpoints(usable)).isEqualTo(usable);
    assertThat(facts.endpoints(null)).isNull();
    assertThat(stats.endpointsDropped()).isZero();
  }

  @Test
  void aNodeThatChangesItsMindAllTheTimeIsHeldUp() {
    UpdateLimits limits = new UpdateLimits();
    long admitted = Stream.generate(() -> limits.admits(1, 0)).limit(100).filter(ok -> ok).count();
    assertThat(admitted).isEqualTo(60);
    assertThat(limits.admits(2, 0)).isTrue();
    assertThat(limits.admits(1, 1_000_000_000L)).isTrue();
  }

  @Test
  void theDatabaseIsAskedOnceASecondHoweverManyAsk() {
    int[] asked = {0};
    long[] nowNs = {5};
    RecentHealth health = new RecentHealth(() -> ++asked[0] > 0, () -> nowNs[0]);
    assertThat(health.getAsBoolean() && health.getAsBoolean()).isTrue();
    assertThat(asked[0]).isEqualTo(1);
    nowNs[0] += 1_000_000_000L;
    assertThat(health.getAsBoolean()).isTrue();
    assertThat(asked[0]).isEqualTo(2);
  }
}
