package dev.meshd.magicsock.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.derp.DerpMap;
import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ProbePlanTest {
  private static final long MS = 1_000_000;

  @Test
  void fullPlanAsksEveryRegionThreeTimesTakingTurnsBetweenNodes() {
    assertThat(text(ProbePlan.full(request(map(1, 2), true, false, 0))))
        .containsExactly("1-v4: 1a@0 1b@100 1a@200", "2-v4: 2a@0 2b@100 2a@200");
  }

  @Test
  void fullPlanUsesBothFamiliesOfADualStackHost() {
    assertThat(text(ProbePlan.full(request(map(1), true, true, 0))))
        .containsExactly("1-v4: 1a@0 1b@100 1a@200", "1-v6: 1a@0 1b@100 1a@200");
  }

  @Test
  void neverMeasuresARegionThatForbidsIt() {
    var hidden =
        new DerpRegion(1, "h", "Hidden", 0, 0, false, true, List.of(DerpNode.of("1a", 1, "h")));
    DerpMap map = DerpMap.of(hidden);
    assertThat(ProbePlan.full(request(map, true, true, 0)).sets()).isEmpty();
    assertThat(ProbePlan.incremental(request(map, true, true, 1), last(Map.of(), Map.of())).sets())
        .isEmpty();
  }

  @Test
  void leavesOutFamiliesAndNodesThatAreSwitchedOff() {
    DerpNode noV6 = DerpNode.of("1a", 1, "one").withAddresses("192.0.2.1", "none");
    DerpNode noStun = DerpNode.of("2a", 2, "two").withPorts(0, -1);
    DerpMap map = DerpMap.of(DerpRegion.of(1, "a", "A", noV6), DerpRegion.of(2, "b", "B", noStun));
    assertThat(text(ProbePlan.full(request(map, true, true, 0))))
        .containsExactly("1-v4: 1a@0 1a@100 1a@200");
  }

  @Test
  void homeIsAskedMostWithRetriesSpacedByItsLatency() {
    ProbePlan plan =
        ProbePlan.incremental(request(map(1), true, false, 1), last(Map.of(1, 10 * MS), Map.of()));
    assertThat(text(plan)).containsExactly("1-v4: 1a@0 1b@12 1a@124 1b@186");
    plan =
        ProbePlan.incremental(request(map(1), true, false, 1), last(Map.of(1, 50 * MS), Map.of()));
    assertThat(text(plan)).containsExactly("1-v4: 1a@0 1b@60 1a@220 1b@330");
  }

  @Test
  void incrementalPlanAsksTheFastestThreeAndTheHome() {
    Map<Integer, Long> v4 = Map.of(1, 40 * MS, 2, 30 * MS, 3, 20 * MS, 4, 10 * MS, 5, 50 * MS);
    ProbePlan plan =
        ProbePlan.incremental(request(map(1, 2, 3, 4, 5), true, false, 5), last(v4, Map.of()));
    assertThat(text(plan))
        .containsExactly(
            "4-v4: 4a@0 4b@12", "3-v4: 3a@0 3b@24", "2-v4: 2a@0", "5-v4: 5a@0 5b@60 5a@220 5b@330");
  }

  @Test
  void thirdRegionOfADualStackHostIsAskedOverIpv4Only() {
    Map<Integer, Long> both = Map.of(1, 10 * MS, 2, 20 * MS, 3, 30 * MS);
    ProbePlan plan = ProbePlan.incremental(request(map(1, 2, 3), true, true, 1), last(both, both));
    assertThat(text(plan)).last().isEqualTo("3-v4: 3a@0");
    assertThat(text(plan)).contains("2-v6: 2a@0 2b@24");
  }

  @Test
  void triesIpv6OnceWhereItDidNotWorkLastTime() {
    ProbePlan plan =
        ProbePlan.incremental(request(map(1), true, true, 1), last(Map.of(1, 10 * MS), Map.of()));
    assertThat(text(plan)).containsExactly("1-v4: 1a@0 1b@12 1a@124 1b@186", "1-v6: 1a@0");
  }

  private static NetcheckRequest request(DerpMap map, boolean v4, boolean v6, int home) {
    return NetcheckRequest.of(map, v4, v6, home);
  }

  /** Regions with two nodes each, such as 1a and 1b. */
  private static DerpMap map(int... ids) {
    var regions = new TreeMap<Integer, DerpRegion>();
    for (int id : ids) {
      DerpNode a = DerpNode.of(id + "a", id, id + "a.example");
      DerpNode b = DerpNode.of(id + "b", id, id + "b.example");
      regions.put(id, DerpRegion.of(id, "r" + id, "Region " + id, a, b));
    }
    return new DerpMap(regions, Map.of());
  }

  private static NetcheckReport last(Map<Integer, Long> v4, Map<Integer, Long> v6) {
    var findings = new Findings();
    var me = dev.meshd.packet.Endpoint.parse("203.0.113.1:1");
    v4.forEach((region, ns) -> findings.onStun(region, false, ns, me));
    v6.forEach((region, ns) -> findings.onStun(region, true, ns, me));
    return findings.report(true, true, 0);
  }

  private static List<String> text(ProbePlan plan) {
    List<String> lines = new ArrayList<>();
    for (ProbePlan.ProbeSet set : plan.sets()) {
      var line = new StringBuilder().append(set.region().id()).append(set.ipv6() ? "-v6:" : "-v4:");
      for (ProbePlan.Probe probe : set.probes()) {
        line.append(' ').append(probe.node().name()).append('@').append(probe.delayNs() / MS);
      }
      lines.add(line.toString());
    }
    return lines;
  }
}
