package dev.meshd.agent.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.derp.DerpMap;
import dev.meshd.derp.DerpRegion;
import dev.meshd.magicsock.netcheck.NetcheckReport;
import dev.meshd.packet.Endpoint;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetcheckTextTest {
  private static final ZonedDateTime AT =
      ZonedDateTime.of(2026, 3, 1, 9, 8, 7, 123_456_789, ZoneId.of("+02:00"));
  private static final DerpMap MAP =
      DerpMap.of(DerpRegion.of(1, "fra", "Frankfurt"), DerpRegion.of(2, "ny", "New York"));

  @Test
  void showsEverythingThatWasFound() {
    assertThat(NetcheckText.lines(report(true), MAP, AT, false))
        .containsExactly(
            "",
            "Report:",
            "\t* Time: 2026-03-01 09:08:07.123456789+02:00",
            "\t* UDP: true",
            "\t* IPv4: yes, 203.0.113.7:41641",
            "\t* IPv6: no, but OS has support",
            "\t* MappingVariesByDestIP: false",
            "\t* PortMapping: not checked",
            "\t* Nearest DERP: New York",
            "\t* DERP latency:",
            "\t\t-  ny: 12.3ms  (New York)",
            "\t\t- fra:         (Frankfurt)");
  }

  @Test
  void namesRegionsByNumberWhenAskedToSayMore() {
    assertThat(NetcheckText.lines(report(true), MAP, AT, true))
        .contains("\t\t-  ny: 12.3ms  (derp2, New York)");
  }

  @Test
  void saysWhatWasNotFound() {
    assertThat(NetcheckText.lines(report(false), MAP, AT, false))
        .contains(
            "\t* UDP: false",
            "\t* IPv4: (no addr found)",
            "\t* MappingVariesByDestIP: ",
            "\t* Nearest DERP: unknown (no response to latency probes)")
        .doesNotContain("\t* DERP latency:");
    assertThat(NetcheckText.lines(report(false), DerpMap.empty(), AT, false))
        .contains("\t* Nearest DERP: [none]");
  }

  @ParameterizedTest
  @CsvSource({
    "40000, 0s",
    "260000, 300µs",
    "12340000, 12.3ms",
    "12000000, 12ms",
    "999960000, 1s",
    "1234500000, 1.2345s"
  })
  void roundsDurationsToATenthOfAMillisecond(long ns, String text) {
    assertThat(NetcheckText.duration(ns)).isEqualTo(text);
  }

  @Test
  void jsonUsesTheNamesOthersUse() {
    var json = NetcheckJson.of(report(true), Instant.parse("2026-03-01T07:08:07Z"));
    assertThat(json.path("RegionLatency").path("2").asLong()).isEqualTo(12_340_000);
    assertThat(json.path("GlobalV4").asText()).isEqualTo("203.0.113.7:41641");
    assertThat(json.path("GlobalV6").asText()).isEmpty();
    assertThat(json.path("GlobalV4Counters").path("203.0.113.7:41641").asInt()).isEqualTo(2);
    assertThat(json.path("MappingVariesByDestIP").isBoolean()).isTrue();
    assertThat(json.path("UPnP").isNull()).isTrue();
    assertThat(json.path("PreferredDERP").asInt()).isEqualTo(2);
  }

  private static NetcheckReport report(boolean found) {
    Endpoint me = Endpoint.parse("203.0.113.7:41641");
    Map<Integer, Long> latencyNs = found ? Map.of(2, 12_340_000L) : Map.of();
    return new NetcheckReport(
        true,
        found,
        found,
        false,
        true,
        false,
        true,
        false,
        found ? Optional.of(false) : Optional.empty(),
        found ? 2 : 0,
        new TreeMap<>(latencyNs),
        new TreeMap<>(latencyNs),
        new TreeMap<>(),
        found ? Optional.of(me) : Optional.empty(),
        Optional.empty(),
        found ? Map.of(me, 2) : Map.of(),
        Map.of());
  }
}
