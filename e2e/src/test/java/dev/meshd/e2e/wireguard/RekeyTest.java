package dev.meshd.e2e.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabProcess;
import dev.meshd.testkit.lab.Site;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Sessions across REKEY_AFTER_TIME (120 s) in real time, begun by either side, at the same time.
 * Further renewals are tested in virtual time, with the protocol.
 */
@Tag("slow")
@ExtendWith(LabExtension.class)
class RekeyTest {
  private static final int PINGS = 260;
  private static final String INTERVAL_SECONDS = "0.5";

  @Test
  void noPacketIsLostWhenASessionIsRenewed(Lab lab) {
    Programs.require("wireguard-go");
    Pair weInitiate = new Pair(lab, "one", true);
    Pair theyInitiate = new Pair(lab, "two", false);
    List<Pair> pairs = List.of(weInitiate, theyInitiate);
    pairs.forEach(Pair::startPinging);
    for (Pair pair : pairs) {
      assertThat(pair.ping.awaitExit(Duration.ofSeconds(200))).as(pair.ping.logTail()).isZero();
      assertThat(pair.ping.logText()).contains(PINGS + " received");
      assertThat(pair.peer.latestHandshake() - pair.firstHandshake)
          .as("seconds between the handshakes")
          .isBetween(119L, 126L);
    }
  }

  /** Two hosts; the side that begins is the one that pings. */
  private static final class Pair {
    final WgSide ours;
    final WgSide theirs;
    final WireGuardGo peer;
    final boolean weInitiate;
    long firstHandshake;
    LabProcess ping;

    Pair(Lab lab, String name, boolean weInitiate) {
      this.weInitiate = weInitiate;
      ours = WgSide.of(lab.addHost(name + "-ours", Site.open()), 1);
      theirs = WgSide.of(lab.addHost(name + "-theirs", Site.open()), 2);
      peer =
          WireGuardGo.start(theirs, ours, weInitiate ? "" : "Endpoint = " + ours.endpoint(false));
      MeshdTunnel.start(ours, theirs, weInitiate ? "Endpoint = " + theirs.endpoint(false) : "");
    }

    void startPinging() {
      WgSide from = weInitiate ? ours : theirs;
      WgSide to = weInitiate ? theirs : ours;
      assertThat(from.host().canPing(to.ipv4())).isTrue();
      firstHandshake = peer.latestHandshake();
      String count = Integer.toString(PINGS);
      ping =
          from.host()
              .start("ping", "ping", "-n", "-q", "-c", count, "-i", INTERVAL_SECONDS, to.ipv4());
    }
  }
}
