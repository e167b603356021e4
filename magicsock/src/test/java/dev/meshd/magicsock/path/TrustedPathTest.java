package dev.meshd.magicsock.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.magicsock.Deadline;
import dev.meshd.packet.Endpoint;
import org.junit.jupiter.api.Test;

class TrustedPathTest {

  private static final long MS = 1_000_000L;
  private static final Endpoint SLOW = Endpoint.parse("203.0.113.1:1");
  private static final Endpoint FAST = Endpoint.parse("198.51.100.1:1");

  private final TrustedPath path = new TrustedPath();

  @Test
  void trustsAPathForSixAndAHalfSecondsAfterAPong() {
    path.onPong(PathQuality.direct(SLOW, 50 * MS), 0);
    assertThat(path.isTrusted(6_499 * MS)).isTrue();
    assertThat(path.isTrusted(6_500 * MS)).isFalse();
    assertThat(path.expiryNs(0)).isEqualTo(6_500 * MS);
    assertThat(path.expiryNs(7_000 * MS)).isEqualTo(Deadline.NONE);
    assertThat(path.best()).isPresent();
  }

  @Test
  void changesATrustedPathOnlyForABetterOne() {
    path.onPong(PathQuality.direct(FAST, 10 * MS), 0);
    path.onPong(PathQuality.direct(SLOW, 50 * MS), MS);
    assertThat(path.best()).get().extracting(PathQuality::address).isEqualTo(FAST);
    path.onPong(PathQuality.direct(SLOW, MS), MS);
    assertThat(path.best()).get().extracting(PathQuality::address).isEqualTo(SLOW);
  }

  @Test
  void aPongOfAWorsePathDoesNotExtendTrust() {
    path.onPong(PathQuality.direct(FAST, 10 * MS), 0);
    path.onPong(PathQuality.direct(SLOW, 50 * MS), 6_000 * MS);
    assertThat(path.isTrusted(7_000 * MS)).isFalse();
  }

  @Test
  void aTimeoutEndsADoubtedPathAndNoOther() {
    path.onPong(PathQuality.direct(FAST, 10 * MS), 0);
    path.onPingTimeout(FAST, 6_000 * MS);
    path.onPingTimeout(SLOW, 8_000 * MS);
    assertThat(path.best()).isPresent();
    path.onPingTimeout(FAST, 8_000 * MS);
    assertThat(path.best()).isEmpty();
  }
}
