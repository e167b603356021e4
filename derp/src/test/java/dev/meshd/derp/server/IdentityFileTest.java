package dev.meshd.derp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityFileTest {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final Duration EARLY = Duration.ofDays(30);

  @TempDir Path directory;

  @Test
  void keepsTheIdentityAndSoItsPin() throws Exception {
    Path file = directory.resolve("tls.pem");
    ServerIdentity made = load(file, List.of("192.0.2.1", "2001:db8::1", "relay.example"), NOW);
    assertThat(load(file, List.of("192.0.2.1"), NOW).pin()).isEqualTo(made.pin());
    assertThat(load(file, List.of("2001:DB8:0::1"), NOW).pin()).isEqualTo(made.pin());
    assertThat(load(file, List.of("relay.example"), NOW).key()).isEqualTo(made.key());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void makesANewOneForAnotherHostAndBeforeTheOldOneEnds() throws Exception {
    Path file = directory.resolve("tls.pem");
    String first = load(file, List.of("192.0.2.1"), NOW).pin();
    String other = load(file, List.of("192.0.2.2"), NOW).pin();
    assertThat(other).isNotEqualTo(first);
    assertThat(load(file, List.of("192.0.2.2"), NOW.plus(Duration.ofDays(300))).pin())
        .isEqualTo(other);
    assertThat(load(file, List.of("192.0.2.2"), NOW.plus(Duration.ofDays(340))).pin())
        .isNotEqualTo(other);
  }

  @Test
  void writesAKeyThatOtherProgramsRead() throws Exception {
    Path file = directory.resolve("tls.pem");
    load(file, List.of("192.0.2.1"), NOW);
    assertThat(Files.readString(file)).contains("-----BEGIN PRIVATE KEY-----");
  }

  private static ServerIdentity load(Path file, List<String> hosts, Instant now) throws Exception {
    return IdentityFile.loadOrMakeSelfSigned(file, hosts, now, EARLY);
  }
}
