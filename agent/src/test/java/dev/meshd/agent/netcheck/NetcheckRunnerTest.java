package dev.meshd.agent.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.derp.DerpMap;
import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import dev.meshd.derp.client.DerpClientConfig;
import dev.meshd.magicsock.io.StunServer;
import dev.meshd.magicsock.netcheck.NetcheckReport;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A measurement against real STUN servers, over loopback. */
class NetcheckRunnerTest {

  @Test
  void measuresServersOfThisHost() throws Exception {
    EventLoopGroup loops = DerpClientConfig.newEventLoops(1, "netcheck-test");
    try (var first = StunServer.open(new InetSocketAddress("127.0.0.1", 0));
        var second = StunServer.open(new InetSocketAddress("127.0.0.1", 0));
        var runner =
            NetcheckRunner.open(
                DerpClientConfig.system(loops), 0, new HostFamilies(true, false, false))) {
      DerpMap map = DerpMap.of(region(1, first), region(2, second));
      NetcheckReport report = runner.measure(map, false);
      assertThat(report.udp()).isTrue();
      assertThat(report.full()).isTrue();
      assertThat(report.regionLatency()).isNotEmpty();
      assertThat(report.preferredDerp()).isIn(1, 2);
      assertThat(report.globalV4().orElseThrow().address().toString()).isEqualTo("127.0.0.1");
      assertThat(report.mappingVariesByDestIp()).contains(false);
      assertThat(runner.measure(map, false).full()).isFalse();
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private static DerpRegion region(int id, StunServer server) {
    DerpNode node =
        DerpNode.of(id + "a", id, "127.0.0.1")
            .withAddresses("127.0.0.1", "none")
            .withPorts(0, server.address().getPort());
    return DerpRegion.of(id, "r" + id, "Region " + id, node);
  }
}
