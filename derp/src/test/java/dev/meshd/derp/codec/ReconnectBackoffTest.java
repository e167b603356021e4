package dev.meshd.derp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.JitterSource;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ReconnectBackoffTest {
  private static final long MS = 1_000_000;

  @Property(tries = 50)
  void growsWithTheSquareOfTheFailuresUpToABound(@ForAll long seed) {
    var backoff = new ReconnectBackoff(JitterSource.seeded(seed));
    for (int n = 1; n <= 100; n++) {
      long base = Math.min(n * n * 10 * MS, 5000 * MS);
      assertThat(backoff.onFailureNs()).isBetween(base / 2, base * 3 / 2);
    }
  }

  @Test
  void startsAgainAfterASuccess() {
    var backoff = new ReconnectBackoff(JitterSource.seeded(1));
    for (int i = 0; i < 10; i++) {
      backoff.onFailureNs();
    }
    backoff.onSuccess();
    assertThat(backoff.onFailureNs()).isLessThanOrEqualTo(15 * MS);
  }
}
