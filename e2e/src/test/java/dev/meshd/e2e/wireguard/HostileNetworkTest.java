package dev.meshd.e2e.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.CommandResult;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import dev.meshd.testkit.lab.Site;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Somebody between wireguard-go and us replays, damages, redirects, cuts and stretches what passes.
 * All of it is dropped and counted, and not one packet of the session is lost.
 */
@ExtendWith(LabExtension.class)
class HostileNetworkTest {
  private static final int PORT = 4500;
  private static final int COPIES = 100;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void whatTheNetworkAddsIsDroppedAndCountedAndTheSessionGoesOn(Lab lab) {
    Programs.require("wireguard-go");
    WgSide ours = WgSide.of(lab.addHost("ours", Site.open()), 1);
    WgSide peer = WgSide.of(lab.addHost("peer", Site.open()), 2);
    LabHost between = lab.addHost("between", Site.open());
    MeshdTunnel tunnel = MeshdTunnel.start(ours, peer, "");
    LabProcess network =
        between
            .command(
                Programs.java(
                    HostileNetwork.class,
                    Integer.toString(PORT),
                    ours.endpoint(false),
                    ours.key().publicKey().base64(),
                    Integer.toString(COPIES)))
            .start("network");
    network.awaitLog("ready", LIMIT);
    WireGuardGo.start(peer, ours, "Endpoint = " + between.ipv4() + ":" + PORT + "\n");

    int pings = COPIES + 50;
    CommandResult ping =
        peer.host()
            .command("ping", "-n", "-i", "0.02", "-c", Integer.toString(pings), ours.ipv4())
            .limit(LIMIT)
            .run()
            .orThrow();
    network.awaitLog("attacked", LIMIT);
    tunnel.process().stop();
    Drops drops = Drops.of(tunnel.process());
    System.out.printf("hostile network, %d rounds: %s; %s%n", COPIES, drops, lossLine(ping));

    assertThat(ping.out()).contains(pings + " received").doesNotContain("DUP!");
    assertThat(drops.get("REPLAYED")).as("replays").isEqualTo(COPIES);
    assertThat(drops.get("DATA_FORGED")).as("flipped bits, oversized").isEqualTo(2 * COPIES);
    assertThat(drops.get("UNKNOWN_INDEX")).as("other receiver index").isEqualTo(COPIES);
    assertThat(drops.get("INITIATION_REPLAYED")).as("stale timestamps").isEqualTo(COPIES);
    assertThat(drops.get("MAC1_INVALID")).as("damaged initiations").isEqualTo(COPIES);
    assertThat(drops.get("INITIATION_FORGED")).as("with mac1 made right").isEqualTo(COPIES);
    assertThat(drops.get("WRONG_LENGTH")).as("a byte short, a byte long").isEqualTo(2 * COPIES);
    assertThat(drops.get("UNKNOWN_TYPE")).as("data cut off").isEqualTo(COPIES);
    assertThat(tunnel.process().logText()).doesNotContain(" WARN ", " ERROR ");
  }

  private static String lossLine(CommandResult ping) {
    return ping.out().lines().filter(line -> line.contains("packet loss")).findFirst().orElse("");
  }
}
