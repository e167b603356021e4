package dev.meshd.coordinator.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meshd.coordinator.config.ServerConfig;
import dev.meshd.derp.server.IdentityFile;
import dev.meshd.derp.server.ServerIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadedCertificateTest {
  @TempDir Path dir;
  private ServerIdentity first;
  private final List<ServerIdentity> told = new ArrayList<>();

  @BeforeEach
  void writeFirst() throws IOException {
    first = ServerIdentity.selfSigned(List.of("mesh.example.com"), Instant.now());
    IdentityFile.save(file(), first);
  }

  private Path file() {
    return dir.resolve("identity.pem");
  }

  private ReloadedCertificate load() throws IOException {
    ReloadedCertificate certificate =
        ReloadedCertificate.load(new ServerConfig.TlsFiles(file(), file()));
    certificate.onChange(told::add);
    return certificate;
  }

  @Test
  void aRenewedCertificateIsTakenUp() throws IOException {
    ReloadedCertificate certificate = load();
    certificate.check();
    assertThat(told).isEmpty();
    ServerIdentity renewed =
        ServerIdentity.selfSigned(List.of("mesh.example.com", "more"), Instant.now());
    IdentityFile.save(file(), renewed);
    certificate.check();
    assertThat(told).extracting(ServerIdentity::leaf).containsExactly(renewed.leaf());
    assertThat(certificate.current().leaf()).isEqualTo(renewed.leaf());
  }

  @Test
  void filesThatCannotBeUsedLeaveTheOldOneUntilTheyCan() throws IOException {
    ReloadedCertificate certificate = load();
    String good = Files.readString(file());
    Files.writeString(file(), "half a");
    certificate.check();
    Files.delete(file());
    certificate.check();
    assertThat(certificate.current().leaf()).isEqualTo(first.leaf());
    Files.writeString(file(), good + "\n");
    certificate.check();
    assertThat(certificate.current().leaf()).isEqualTo(first.leaf());
    assertThat(told).isEmpty();
  }

  @Test
  void aKeyOfAnotherCertificateIsRefusedAtStart() throws IOException {
    Path other = dir.resolve("other.pem");
    IdentityFile.save(other, ServerIdentity.selfSigned(List.of("x"), Instant.now()));
    assertThatThrownBy(() -> ReloadedCertificate.load(new ServerConfig.TlsFiles(file(), other)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not belong to");
  }
}
