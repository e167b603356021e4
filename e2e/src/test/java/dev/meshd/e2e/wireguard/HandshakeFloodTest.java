package dev.meshd.e2e.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.e2e.Programs;
import dev.meshd.e2e.wireguard.Attacker.Flood;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabProcess;
import dev.meshd.testkit.lab.Site;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Ten thousand handshake initiations a second at a tunnel of ours, with wireguard-go as its peers;
 * and a flood at wireguard-go, with us as its peer.
 */
@ExtendWith(LabExtension.class)
class HandshakeFloodTest {
  private static final int MEGABITS = 100;
  private static final int PACED_SECONDS = 5;
  private static final int UNPACED_SECONDS = 3;
  private static final double KEPT = 0.9;
  private static final long HEAP_GROWTH_LIMIT = 8 << 20;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private WgSide ours;
  private WgSide peer;
  private WgSide newcomer;
  private Attacker attacker;
  private MeshdTunnel tunnel;

  @Test
  void sessionGoesOnAndANewcomerGetsInWithItsCookie(Lab lab) {
    Programs.require("iperf3");
    Programs.require("wireguard-go");
    ours = WgSide.of(lab.addHost("ours", Site.open()), 1);
    peer = WgSide.of(lab.addHost("peer", Site.open()), 2);
    newcomer = WgSide.of(lab.addHost("newcomer", Site.open()), 3);
    attacker = new Attacker(lab.addHost("attacker", Site.open()), ours.host());
    tunnel = MeshdTunnel.start(ours, peer, WgSide.peerSection(newcomer, ""));
    WireGuardGo.start(peer, ours, "Endpoint = " + ours.endpoint(false) + "\n");
    WireGuardGo stranger =
        WireGuardGo.start(newcomer, ours, "Endpoint = " + ours.endpoint(false) + "\n");
    assertThat(peer.host().canPing(ours.ipv4())).isTrue();

    Stream.run(peer, ours, MEGABITS, 2); // warm-up
    double before = Stream.run(peer, ours, MEGABITS, PACED_SECONDS);
    System.out.printf(
        "handshake flood, before: %.1f of %d Mbit/s; unpaced %.0f%n",
        before, MEGABITS, Stream.run(peer, ours, Stream.UNLIMITED, UNPACED_SECONDS));

    JvmMemory first = null;
    for (Flood flood :
        List.of(
            Flood.random("random mac1, one address", 0),
            Flood.random("random mac1, 10,000 addresses", Attacker.MANY),
            Flood.known("right mac1, one address", ours.key().publicKey(), 0))) {
      sessionKeepsItsRate(flood, before);
      first = first == null ? JvmMemory.of(tunnel.process()) : first;
    }
    newcomer.host().start("ping", "ping", "-n", "-c", "60", "-i", "0.5", ours.ipv4());
    Flood worst =
        Flood.known("right mac1, 10,000 addresses", ours.key().publicKey(), Attacker.MANY);
    long beganSeconds = System.currentTimeMillis() / 1000;
    long endedSeconds = sessionKeepsItsRate(worst, before);
    Await.until(LIMIT, "the newcomer's handshake", () -> stranger.latestHandshake() > 0);
    System.out.printf(
        "handshake flood: the newcomer is in after %d s%n",
        stranger.latestHandshake() - beganSeconds);
    assertThat(stranger.latestHandshake()).as("during the flood").isLessThan(endedSeconds);
    assertThat(newcomer.host().canPing(ours.ipv4())).as("the newcomer's session").isTrue();
    assertThat(stranger.process().logText()).contains("Receiving cookie response");

    JvmMemory last = JvmMemory.of(tunnel.process());
    tunnel.process().stop();
    Drops drops = Drops.of(tunnel.process());
    System.out.printf(
        "handshake flood: live heap %d KiB after one flood, %d KiB after four; resident %d and %d"
            + " MiB; dropped %s%n",
        first.heapBytes() >> 10,
        last.heapBytes() >> 10,
        first.residentBytes() >> 20,
        last.residentBytes() >> 20,
        drops);
    assertThat(last.heapBytes() - first.heapBytes()).isLessThan(HEAP_GROWTH_LIMIT);
    assertThat(drops.get("COOKIE_DEMANDED")).isGreaterThan(100_000);
    assertThat(drops.get("MAC1_INVALID")).isGreaterThan(100_000);
    assertThat(drops.get("INITIATION_FORGED")).as("key agreements spent").isLessThan(40_000);
    assertThat(tunnel.process().logText()).doesNotContain(" WARN ", " ERROR ");
  }

  /** We call a wireguard-go that asks everybody for a cookie. */
  @Test
  void weGetThroughToALoadedWireGuardGo(Lab lab) {
    Programs.require("wireguard-go");
    ours = WgSide.of(lab.addHost("ours", Site.open()), 1);
    peer = WgSide.of(lab.addHost("peer", Site.open()), 2);
    attacker = new Attacker(lab.addHost("attacker", Site.open()), peer.host());
    WireGuardGo loaded = WireGuardGo.start(peer, ours, "");
    // Bursts that its queue cannot take: it stays under load at little cost for this machine.
    Flood bursts =
        new Flood("bursts", 8_000, 2_000, 12, peer.key().publicKey().base64(), Attacker.MANY);
    tunnel = MeshdTunnel.start(ours, peer, "Endpoint = " + peer.endpoint(false) + "\n");
    LabProcess running = attacker.start(bursts, peer);
    Await.until(
        LIMIT,
        "wireguard-go to be under load",
        () -> loaded.process().logText().contains("Sending cookie response"));
    long beganNs = System.nanoTime();
    ours.host().start("ping", "ping", "-n", "-c", "30", "-i", "0.3", peer.ipv4());
    Await.until(LIMIT, "our handshake", () -> loaded.latestHandshake() > 0);
    System.out.printf(
        "loaded wireguard-go: we are in after %.1f s, the flood %s%n",
        (System.nanoTime() - beganNs) / 1e9, running.isAlive() ? "still runs" : "is over");
    assertThat(loaded.process().logText())
        .contains("Sending cookie response for denied handshake message for " + ours.host().ipv4());
    assertThat(ours.host().canPing(peer.ipv4())).isTrue();
  }

  /** Returns when the flood ended, in Unix seconds. */
  private long sessionKeepsItsRate(Flood flood, double before) {
    LabProcess running = attacker.start(flood, ours);
    double during = Stream.run(peer, ours, MEGABITS, PACED_SECONDS);
    double unpaced = Stream.run(peer, ours, Stream.UNLIMITED, UNPACED_SECONDS);
    String sent = Attacker.await(running);
    long endedSeconds = System.currentTimeMillis() / 1000;
    System.out.printf(
        "handshake flood, %s: %.1f of %d Mbit/s; unpaced %.0f; %s%n",
        flood.name(), during, MEGABITS, unpaced, sent);
    assertThat(during).as(flood.name()).isGreaterThan(KEPT * before);
    return endedSeconds;
  }
}
