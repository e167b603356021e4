package dev.meshd.e2e.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meshd.e2e.LabExtension;
import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabProcess;
import dev.meshd.testkit.lab.Site;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * One TCP stream through a plain tunnel of ours and through one of wireguard-go, on the same links
 * in turns. The figures are printed, for docs/performance.md; all that must hold is that data
 * flows.
 */
@ExtendWith(LabExtension.class)
class ThroughputTest {
  private static final int ROUNDS = 1;
  private static final String SECONDS = "5";
  private static final String WARM_UP_SECONDS = "4";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void oneTcpStream(Lab lab) throws IOException {
    Programs.require("iperf3");
    for (int round = 1; round <= ROUNDS; round++) {
      int current = round;
      measure(
          "meshd " + current,
          ends(lab, "m" + current),
          (from, to) -> {
            MeshdTunnel.start(to, from, "");
            return MeshdTunnel.start(from, to, "Endpoint = " + to.endpoint(false)).process();
          });
      if (Programs.find("wireguard-go").isPresent()) {
        measure(
            "wireguard-go " + current,
            ends(lab, "g" + current),
            (from, to) -> {
              WireGuardGo.start(to, from, "");
              return WireGuardGo.start(from, to, "Endpoint = " + to.endpoint(false) + "\n")
                  .process();
            });
      }
    }
  }

  private record Ends(WgSide from, WgSide to) {}

  private interface TunnelStart {
    LabProcess start(WgSide from, WgSide to);
  }

  private static Ends ends(Lab lab, String prefix) {
    return new Ends(
        WgSide.of(lab.addHost(prefix + "a", Site.open()), 1),
        WgSide.of(lab.addHost(prefix + "b", Site.open()), 2));
  }

  private static void measure(String what, Ends ends, TunnelStart tunnel) throws IOException {
    LabProcess running = tunnel.start(ends.from(), ends.to());
    assertThat(ends.from().host().canPing(ends.to().ipv4())).isTrue();
    LabProcess server =
        ends.to()
            .host()
            .start("iperf3", "iperf3", "-s", "-1", "--forceflush", "-B", ends.to().ipv4());
    server.awaitLog("listening", LIMIT);
    String report =
        ends.from()
            .host()
            .command("iperf3", "-c", ends.to().ipv4(), "-t", SECONDS, "-O", WARM_UP_SECONDS, "-J")
            .limit(LIMIT)
            .run()
            .orThrow()
            .out();
    JsonNode received = new ObjectMapper().readTree(report).path("end").path("sum_received");
    double megabits = received.path("bits_per_second").asDouble() / 1e6;
    System.out.printf("throughput, one TCP stream, %s: %.0f Mbit/s%n", what, megabits);
    assertThat(megabits).isPositive();
    running.close();
  }
}
