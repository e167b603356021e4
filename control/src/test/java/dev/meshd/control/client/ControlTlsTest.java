package dev.meshd.control.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meshd.control.model.OverTLSPublicKeyResponse;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.tls.SystemTrust;
import dev.meshd.control.tls.TestCertificate;
import dev.meshd.control.transport.LoopbackServer;
import dev.meshd.control.transport.NoiseDialer;
import dev.meshd.control.transport.NoiseTls;
import dev.meshd.control.transport.ServerUrl;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A control server behind TLS with certificates that do and do not verify. */
class ControlTlsTest {
  private static final EventLoopGroup LOOPS =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private static final MachinePrivateKey SERVER = MachinePrivateKey.generate();
  private static TestCertificate good;
  private static TestCertificate otherName;

  @BeforeAll
  static void certificates(@TempDir Path directory) throws Exception {
    good = new TestCertificate(directory, "ip:127.0.0.1");
    otherName = new TestCertificate(directory, "dns:other.example");
  }

  @AfterAll
  static void stopLoops() {
    LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @Test
  void keyIsFetchedOverTlsThatVerifies() throws Exception {
    try (LoopbackServer server = server(good)) {
      assertThat(fetch(server, SystemTrust.of(List.of(good.certificate()))))
          .isEqualTo(SERVER.publicKey());
    }
  }

  @Test
  void saysThatACertificateIsNotTrusted() throws Exception {
    try (LoopbackServer server = server(good)) {
      assertThatThrownBy(() -> fetch(server, SystemTrust.of(List.of(otherName.certificate()))))
          .hasMessageStartingWith("the TLS certificate of " + url(server) + " does not verify: ")
          .hasMessageNotContainingAny("\n");
    }
  }

  @Test
  void saysThatACertificateIsForAnotherName() throws Exception {
    try (LoopbackServer server = server(otherName)) {
      assertThatThrownBy(() -> fetch(server, SystemTrust.of(List.of(otherName.certificate()))))
          .hasMessageStartingWith("the TLS certificate of " + url(server) + " does not verify: ");
    }
  }

  @Test
  void noiseNeedsNoCertificateThatVerifies() throws Exception {
    try (LoopbackServer server = server(otherName)) {
      NoiseDialer dialer =
          new NoiseDialer(
              LOOPS, new NoiseTls(SystemTrust.of(List.of())), SecureRandomSource.system());
      try (var connection =
          dialer
              .dial(url(server), MachinePrivateKey.generate(), SERVER.publicKey(), 131, true)
              .get(15, TimeUnit.SECONDS)) {
        assertThat(connection.serverKey()).isEqualTo(SERVER.publicKey());
        assertThat(connection.via()).isEqualTo(url(server).toString());
      }
    }
  }

  private static LoopbackServer server(TestCertificate certificate) throws Exception {
    SslContext tls = SslContextBuilder.forServer(certificate.keys()).build();
    LoopbackServer server = new LoopbackServer(LOOPS, SERVER, tls, exchange -> {});
    server.page(
        "/key", uri -> WireJson.encodeText(new OverTLSPublicKeyResponse(null, SERVER.publicKey())));
    return server;
  }

  private static ServerUrl url(LoopbackServer server) {
    return ServerUrl.parse("https://127.0.0.1:" + server.port());
  }

  private static Object fetch(LoopbackServer server, SystemTrust trust) throws Exception {
    try (HttpClient http = HttpClient.newBuilder().sslContext(trust.context()).build()) {
      return new ServerKeyFetch(http).fetch(url(server), 131);
    }
  }
}
