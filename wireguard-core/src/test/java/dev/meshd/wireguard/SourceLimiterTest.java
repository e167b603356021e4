package dev.meshd.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SourceLimiterTest {
  private static final long PACKET_NS = 1_000_000_000L / 20;

  private final SourceLimiter<String> limiter = new SourceLimiter<>();
  private long nowNs = -5; // a timeline may begin anywhere

  /** The steps of wireguard-go's ratelimiter_test.go, for many sources in turn. */
  @Test
  void allowsABurstOfFiveAndThenTwentyASecond() {
    List<String> sources = IntStream.range(0, 14).mapToObj(i -> "source " + i).toList();
    for (int i = 0; i < 5; i++) {
      step(sources, 0, true, "initial burst");
    }
    step(sources, 0, false, "after burst");
    step(sources, PACKET_NS, true, "filling tokens for single packet");
    step(sources, 0, false, "not having refilled enough");
    step(sources, 2 * PACKET_NS, true, "filling tokens for two packet burst");
    step(sources, 0, true, "second packet in 2 packet burst");
    step(sources, 0, false, "packet following 2 packet burst");
  }

  @Test
  void floodOfOneSourceGetsTwentyASecondAndOthersTheirOwn() {
    int allowed = 0;
    for (int i = 0; i < 100_000; i++) { // 10,000 a second for 10 s
      nowNs += 100_000;
      allowed += limiter.allow("flood", nowNs) ? 1 : 0;
      if (i % 1000 == 0) {
        assertThat(limiter.allow("calm", nowNs)).isTrue();
      }
    }
    assertThat(allowed).isBetween(200, 206);
  }

  @Test
  void silentSourcesAreForgottenAndTheTableIsBounded() {
    for (int i = 0; i < SourceLimiter.MAX_SOURCES + 100; i++) {
      limiter.allow("source " + i, nowNs);
    }
    assertThat(limiter.size()).isEqualTo(SourceLimiter.MAX_SOURCES);
    assertThat(limiter.allow("newcomer", nowNs)).as("no room").isFalse();
    assertThat(limiter.allow("source 0", nowNs)).as("known").isTrue();

    nowNs += 1_000_000_001;
    assertThat(limiter.allow("newcomer", nowNs)).isTrue();
    assertThat(limiter.size()).isEqualTo(1);
  }

  private void step(List<String> sources, long waitNs, boolean allowed, String what) {
    nowNs += waitNs + 1;
    for (String source : sources) {
      assertThat(limiter.allow(source, nowNs)).as(what).isEqualTo(allowed);
    }
  }
}
