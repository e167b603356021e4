package dev.meshd.derp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityFileTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration RENEW_BEFORE = Duration.ofDays(30);

  @TempDir Path dir;

  @Test
  void keepsTheIdentityAcrossRestarts() throws IOException {
    ServerIdentity made = loadOrMake("192.0.2.1", NOW);
    assertThat(loadOrMake("192.0.2.1", NOW.plusSeconds(60)).pin()).isEqualTo(made.pin());
  }

  @Test
  void makesANewOneForAnotherHostOrNearTheEnd() throws IOException {
    ServerIdentity made = loadOrMake("192.0.2.1", NOW);
    ServerIdentity elsewhere = loadOrMake("192.0.2.2", NOW);
    assertThat(elsewhere.pin()).isNotEqualTo(made.pin());
    Instant late = NOW.plus(ServerIdentity.SELF_SIGNED_VALIDITY).minus(RENEW_BEFORE);
    assertThat(loadOrMake("192.0.2.2", late).pin()).isNotEqualTo(elsewhere.pin());
  }

  private ServerIdentity loadOrMake(String host, Instant now) throws IOException {
    return IdentityFile.loadOrMakeSelfSigned(
        dir.resolve("identity.pem"), List.of(host), now, RENEW_BEFORE);
  }
}
