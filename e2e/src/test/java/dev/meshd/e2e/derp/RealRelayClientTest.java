package dev.meshd.e2e.derp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.derp.client.DerpClientConfig;
import dev.meshd.derp.server.Admission;
import dev.meshd.derp.server.DerpServer;
import dev.meshd.derp.server.DerpServerConfig;
import dev.meshd.derp.server.IdentityFile;
import dev.meshd.derp.server.RelayListener;
import dev.meshd.derp.server.ServerIdentity;
import dev.meshd.e2e.Programs;
import dev.meshd.magicsock.io.StunServer;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real relay client, {@code derpprobe}, at our relay and STUN server. */
class RealRelayClientTest {
  private static final long LIMIT_S = 90;

  private static final String MAP =
      """
      {"Regions":{"900":{"RegionID":900,"RegionCode":"t","RegionName":"Test","Nodes":[{
        "Name":"900a","RegionID":900,"HostName":"localhost","IPv4":"127.0.0.1","IPv6":"::1",
        "DERPPort":%d,"STUNPort":%d}]}}}
      """;

  @TempDir Path directory;

  @Test
  void findsNothingWrong() throws Exception {
    String program = Programs.require("derpprobe");
    EventLoopGroup loops = DerpClientConfig.newEventLoops(1, "relay-e2e");
    Path trust = directory.resolve("tls.pem");
    Path map = directory.resolve("map.json");
    ServerIdentity identity =
        ServerIdentity.selfSigned(List.of("localhost", "127.0.0.1", "::1"), Instant.now());
    IdentityFile.save(trust, identity);
    try (var server =
            new DerpServer(DerpServerConfig.of(NodePrivateKey.generate(), Admission.open()));
        RelayListener port = server.listen(loops, anyPort("127.0.0.1"), identity);
        RelayListener port6 =
            server.listen(loops, new InetSocketAddress("::1", port.address().getPort()), identity);
        StunServer stun = StunServer.open(new InetSocketAddress(0))) {
      assertThat(port6.address().getPort()).isEqualTo(port.address().getPort());
      Files.writeString(map, MAP.formatted(port.address().getPort(), stun.address().getPort()));
      List<String> command =
          List.of(
              program,
              "-once",
              "-spread=false",
              "-derp-map=file://" + map,
              "-bw-interval=10s",
              "-bw-probe-size-bytes=5000000");
      try (var probe =
          LocalProgram.start(
              directory.resolve("probe.log"), Map.of("SSL_CERT_FILE", trust.toString()), command)) {
        assertThat(probe.awaitExit(LIMIT_S)).as(probe.logText()).isTrue();
        assertThat(probe.logText().lines().filter(line -> line.contains(" bad: ")))
            .as(probe.logText())
            .isEmpty();
        assertThat(probe.logText())
            .contains(
                "good: derp/t/900a/900a/mesh",
                "good: derp/t/900a/900a/bw",
                "good: derp/t/900a/tls");
        assertThat(probe.logText()).contains("good: derp/t/900a/udp", "good: derp/t/900a/udp6");
        assertThat(server.stats().packetsSent()).isPositive();
        assertThat(stun.answered()).isPositive();
      }
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private static InetSocketAddress anyPort(String host) throws Exception {
    return new InetSocketAddress(InetAddress.getByName(host), 0);
  }
}
