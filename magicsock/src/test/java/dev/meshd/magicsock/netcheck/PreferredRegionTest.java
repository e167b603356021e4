package dev.meshd.magicsock.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PreferredRegionTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1000 * MS;

  private final Map<Integer, Long> heardAtNs = new TreeMap<>();
  private final PreferredRegion preferred =
      new PreferredRegion(
          (region, sinceNs) -> heardAtNs.containsKey(region) && heardAtNs.get(region) >= sinceNs);
  private Map<Integer, Double> score = Map.of();
  private long nowNs = 1000 * SECOND;
  private int home;

  @Test
  void takesTheNearest() {
    assertThat(measure(1, 2 * SECOND, 2, 3 * SECOND)).isEqualTo(1);
  }

  @Test
  void remembersABetterLatencyOfTheLastFiveMinutes() {
    measure(1, 2 * SECOND, 2, 3 * SECOND);
    assertThat(measure(1, 4 * SECOND, 2, 3 * SECOND)).isEqualTo(1);
  }

  @Test
  void leavesARegionThatDoesNotAnswer() {
    measure(1, 2 * SECOND, 2, 3 * SECOND);
    measure(1, 4 * SECOND, 2, 3 * SECOND);
    assertThat(measure(2, 3 * SECOND)).isEqualTo(2);
  }

  @Test
  void movesToAMuchNearerRegion() {
    measure(1, 4 * SECOND, 2, 5 * SECOND);
    assertThat(measure(1, 4 * SECOND, 2, SECOND)).isEqualTo(2);
  }

  @Test
  void staysForAFewMilliseconds() {
    measure(1, 4 * MS, 2, 5 * MS);
    assertThat(measure(1, 4 * MS, 2, MS)).isEqualTo(1);
  }

  @Test
  void staysForLessThanAThird() {
    measure(1, 34 * MS, 2, 35 * MS);
    assertThat(measure(1, 34 * MS, 2, 23 * MS)).isEqualTo(1);
  }

  @Test
  void weighsRegionsByScore() {
    score = Map.of(1, 0.667);
    assertThat(measure(1, 10 * SECOND, 2, 8 * SECOND)).isEqualTo(1);
  }

  @Test
  void ignoresScoresThatAreNotPositive() {
    score = Map.of(1, 0.0, 2, -1.0);
    assertThat(measure(1, 10 * SECOND, 2, 8 * SECOND)).isEqualTo(2);
  }

  @Test
  void forgetsAfterFiveMinutes() {
    measure(1, 2 * SECOND, 2, 3 * SECOND);
    nowNs += 306 * SECOND;
    home = 0;
    assertThat(measure(1, 4 * SECOND, 2, 3 * SECOND)).isEqualTo(2);
  }

  @Test
  void keepsAHomeItHeardFromThoughItDidNotAnswer() {
    measure(1, 30 * MS, 2, 200 * MS);
    heardAtNs.put(1, nowNs - 7 * SECOND);
    assertThat(measure(2, 200 * MS)).isEqualTo(1);
  }

  @Test
  void keepsAHomeHeardFromLatelyWhenNothingAnswers() {
    home = 1;
    heardAtNs.put(1, nowNs - 100 * SECOND);
    assertThat(measure()).isEqualTo(1);
    heardAtNs.put(1, nowNs - 200 * SECOND);
    assertThat(measure()).isZero();
  }

  private int measure(long... regionAndLatency) {
    SortedMap<Integer, Long> latencyNs = new TreeMap<>();
    for (int i = 0; i < regionAndLatency.length; i += 2) {
      latencyNs.put((int) regionAndLatency[i], regionAndLatency[i + 1]);
    }
    nowNs += SECOND;
    home = preferred.choose(latencyNs, score, home, nowNs, nowNs);
    return home;
  }
}
