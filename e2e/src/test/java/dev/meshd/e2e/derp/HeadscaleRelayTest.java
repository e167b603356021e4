package dev.meshd.e2e.derp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import dev.meshd.derp.client.DerpClientConfig;
import dev.meshd.derp.server.IdentityFile;
import dev.meshd.derp.server.ServerIdentity;
import dev.meshd.e2e.Programs;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our relay clients at the relay that a real {@code headscale} carries. */
class HeadscaleRelayTest {
  private static final byte[] DISCO = "TS💬".getBytes(StandardCharsets.UTF_8);

  private static final String CONFIG =
      """
      server_url: https://localhost:%1$d
      listen_addr: 127.0.0.1:%1$d
      metrics_listen_addr: 127.0.0.1:0
      grpc_listen_addr: 127.0.0.1:0
      noise: {private_key_path: %2$s/noise.key}
      prefixes: {v4: 100.64.0.0/10, v6: "fd7a:115c:a1e0::/48", allocation: sequential}
      derp:
        server: {enabled: true, region_id: 999, region_code: lab, region_name: Lab, verify_clients: %3$b,
          stun_listen_addr: "127.0.0.1:%4$d", private_key_path: %2$s/derp.key,
          automatically_add_embedded_derp_region: true, ipv4: 127.0.0.1}
        urls: []
        paths: []
        auto_update_enabled: false
      database: {type: sqlite, sqlite: {path: %2$s/db.sqlite, write_ahead_log: true}}
      tls_cert_path: %2$s/tls.pem
      tls_key_path: %2$s/tls.pem
      policy: {mode: database}
      dns: {magic_dns: true, base_domain: lab.net, override_local_dns: false, nameservers: {global: []}}
      unix_socket: %2$s/hs.sock
      unix_socket_permission: "0770"
      logtail: {enabled: false}
      """;

  @TempDir Path directory;
  private EventLoopGroup loops;
  private ServerIdentity identity;
  private int port;

  @BeforeEach
  void prepare() throws IOException {
    loops = DerpClientConfig.newEventLoops(1, "relay-e2e");
    identity = ServerIdentity.selfSigned(List.of("localhost"), Instant.now());
    IdentityFile.save(directory.resolve("tls.pem"), identity);
    port = LocalProgram.freePort();
  }

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void carriesPacketsAndTellsWhoIsGone() throws Exception {
    try (var headscale = startHeadscale(false);
        var alice = member()) {
      assertThat(alice.next(false)).as(headscale.logText()).isEqualTo("connected");
      try (var bob = member()) {
        assertThat(bob.next(false)).isEqualTo("connected");
        alice.client.notePreferred(true);
        alice.client.send(bob.key, "hello".getBytes(StandardCharsets.UTF_8));
        assertThat(bob.next(true)).isEqualTo("packet from " + alice.key + ": hello");
        bob.client.send(alice.key, "hello yourself".getBytes(StandardCharsets.UTF_8));
        assertThat(alice.next(true)).isEqualTo("packet from " + bob.key + ": hello yourself");
        assertThat(alice.client.ping().get()).isPositive();
        bob.client.close();
        assertThat(alice.next(true)).isEqualTo("gone " + bob.key + " DISCONNECTED");
        byte[] disco = new byte[100];
        System.arraycopy(DISCO, 0, disco, 0, DISCO.length);
        alice.client.send(bob.key, disco);
        assertThat(alice.next(true)).isEqualTo("gone " + bob.key + " NOT_HERE");
      }
    }
  }

  @Test
  void comesBackAfterTheServerRestarts() throws Exception {
    try (var alice = member()) {
      try (var headscale = startHeadscale(false)) {
        assertThat(alice.next(false)).as(headscale.logText()).isEqualTo("connected");
      }
      assertThat(alice.next(true)).startsWith("disconnected");
      try (var headscale = startHeadscale(false)) {
        assertThat(alice.next(false)).as(headscale.logText()).isEqualTo("connected");
      }
    }
  }

  @Test
  void isRefusedWhereOnlyKnownNodesMayEnter() throws Exception {
    try (var headscale = startHeadscale(true);
        var stranger = member()) {
      String event = stranger.next(true);
      while (event.contains("refused")) {
        event = stranger.next(true);
      }
      assertThat(event)
          .as(headscale.logText())
          .isEqualTo("disconnected: the relay closed the connection");
    }
  }

  private RelayMember member() {
    DerpNode node =
        DerpNode.of("999", 999, "localhost")
            .withCertName(identity.pin())
            .withAddresses("127.0.0.1", "none")
            .withPorts(port, -1);
    return new RelayMember(DerpClientConfig.system(loops), DerpRegion.of(999, "lab", "Lab", node));
  }

  private LocalProgram startHeadscale(boolean verifyClients) throws IOException {
    String program = Programs.require("headscale");
    Path config = directory.resolve("config.yaml");
    Files.writeString(
        config, CONFIG.formatted(port, directory, verifyClients, LocalProgram.freePort()));
    return LocalProgram.start(
        directory.resolve("headscale.log"),
        Map.of("HEADSCALE_DISABLE_CHECK_UPDATES", "1"),
        List.of(program, "-c", config.toString(), "serve"));
  }
}
