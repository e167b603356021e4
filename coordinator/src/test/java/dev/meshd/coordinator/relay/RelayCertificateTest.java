package dev.meshd.coordinator.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.derp.server.ServerIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelayCertificateTest {
  private static final Instant MADE = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path temp;
  private Instant now = MADE;

  private RelayCertificate open() throws IOException {
    return RelayCertificate.open(temp.resolve("relay.pem"), "198.51.100.7", () -> now);
  }

  @Test
  void isRenewedInItsLastMonthAndStaysSoAcrossRestarts() throws IOException {
    RelayCertificate certificate = open();
    String first = certificate.identity().pin();
    now = MADE.plus(Duration.ofDays(334));
    assertThat(certificate.renewIfDue()).isEmpty();
    now = MADE.plus(Duration.ofDays(336));
    String second = certificate.renewIfDue().map(ServerIdentity::pin).orElseThrow();
    assertThat(second).isNotEqualTo(first);
    assertThat(certificate.renewIfDue()).isEmpty();
    assertThat(open().identity().pin()).isEqualTo(second);
  }

  @Test
  void tenYearsWithoutARestartAreNeverWithoutAValidCertificate() throws IOException {
    RelayCertificate certificate = open();
    int renewals = 0;
    for (int hour = 0; hour < 10 * 365 * 24; hour += 6) {
      now = MADE.plus(Duration.ofHours(hour));
      if (certificate.renewIfDue().isPresent()) {
        renewals++;
      }
      Instant ends = certificate.identity().leaf().getNotAfter().toInstant();
      assertThat(ends).isAfter(now.plus(Duration.ofDays(29)));
    }
    assertThat(renewals).isBetween(10, 11);
  }

  @Test
  void oneOfAClockThatWasAheadIsReplaced() throws IOException {
    now = MADE.plus(Duration.ofDays(365));
    RelayCertificate ahead = open();
    String first = ahead.identity().pin();
    now = MADE;
    assertThat(ahead.renewIfDue()).isPresent();
    assertThat(ahead.identity().pin()).isNotEqualTo(first);
    assertThat(ahead.identity().leaf().getNotBefore().toInstant()).isBefore(now);
  }

  @Test
  void isUsedEvenIfItCannotBeKept() throws IOException {
    RelayCertificate certificate = open();
    Files.createDirectories(temp.resolve("relay.pem.new").resolve("in the way"));
    now = MADE.plus(Duration.ofDays(340));
    assertThat(certificate.renewIfDue()).isPresent();
  }
}
