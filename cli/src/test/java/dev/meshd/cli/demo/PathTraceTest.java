package dev.meshd.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PathTraceTest {
  @Test
  void tellsRelayedAnswersFromDirectOnes() {
    PathTrace trace =
        PathTrace.parse(
            """
            pong from bob (100.64.0.2) via DERP(meshd) in 12ms
            pong from bob (100.64.0.2) via DERP(meshd) in 3ms
            pong from bob (100.64.0.2) via 203.0.113.12:41641 in 1ms
            """);
    assertThat(trace.answers()).hasSize(3);
    assertThat(trace.relayed()).contains(new PathTrace.Answer("DERP(meshd)", "12ms"));
    assertThat(trace.direct()).contains(new PathTrace.Answer("203.0.113.12:41641", "1ms"));
  }

  @Test
  void readsIpv6Paths() {
    PathTrace trace =
        PathTrace.parse("pong from bob (100.64.0.2) via [2001:db8:0:12::2]:41641 in 1ms\n");
    assertThat(trace.relayed()).isEmpty();
    assertThat(trace.direct()).isPresent();
  }

  @Test
  void failsWithWhatPingSaidWhenThereIsNoAnswer() {
    assertThatThrownBy(() -> PathTrace.parse("ping \"100.64.0.2\" timed out\nno reply"))
        .isInstanceOf(DemoFailure.class)
        .hasMessageContaining("no reply");
  }
}
