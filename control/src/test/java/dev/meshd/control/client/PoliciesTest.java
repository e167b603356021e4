package dev.meshd.control.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.JitterSource;
import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PoliciesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Property(tries = 200)
  void backoffGrowsWithTheSquareUpToTheCapAndStaysWithinItsJitter(
      @ForAll @IntRange(min = 1, max = 2000) int failures, @ForAll long seed) {
    Backoff backoff = new Backoff(JitterSource.seeded(seed));
    Duration wait = Duration.ZERO;
    for (int i = 0; i < failures; i++) {
      wait = backoff.next(Backoff.REFUSED_CAP);
    }
    long baseMs = Math.min(10L * failures * failures, 30_000);
    assertThat(wait.toMillis()).isBetween(baseMs / 2, baseMs * 3 / 2);
  }

  @Test
  void anUnreachableServerIsTriedAgainWithinFiveSecondsHoweverLongItWasGone() {
    Backoff backoff = new Backoff(JitterSource.seeded(7));
    for (int i = 0; i < 100_000; i++) {
      assertThat(backoff.next(Backoff.UNREACHABLE_CAP)).isLessThan(Duration.ofSeconds(5));
    }
    backoff.reset();
    assertThat(backoff.next(Backoff.UNREACHABLE_CAP)).isLessThan(Duration.ofMillis(20));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "120, 120", "3600, 3600", "'Thu, 01 Jan 2026 00:00:30 GMT', 30"})
  void retryAfterIsObeyed(String header, long seconds) {
    assertThat(RetryAfter.of(header, NOW, JitterSource.seeded(1)))
        .isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "-5",
        "3601",
        "99999999999999999999",
        "soon",
        "Thu, 01 Jan 2025 00:00:00 GMT"
      })
  void anUnusableRetryAfterBecomesFiveToTenSeconds(String header) {
    assertThat(RetryAfter.of(header, NOW, JitterSource.seeded(1)))
        .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
  }
}
