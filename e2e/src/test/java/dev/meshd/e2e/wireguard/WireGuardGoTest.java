package dev.meshd.e2e.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.PresharedKey;
import dev.meshd.e2e.LabExtension;
import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.Site;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our tunnel with wireguard-go at the other end. */
@ExtendWith(LabExtension.class)
class WireGuardGoTest {
  private static final Duration SOON = Duration.ofSeconds(15);

  private final String psk = "PresharedKey = " + PresharedKey.generate().base64() + "\n";
  private WgSide ours;
  private WgSide theirs;

  @BeforeEach
  void twoHosts(Lab lab) {
    Programs.require("wireguard-go");
    ours = WgSide.of(lab.addHost("ours", Site.open()), 1);
    theirs = WgSide.of(lab.addHost("theirs", Site.open()), 2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void weBeginTheHandshake(boolean overIpv6) {
    WireGuardGo peer = WireGuardGo.start(theirs, ours, psk);
    MeshdTunnel.start(ours, theirs, psk + "Endpoint = " + theirs.endpoint(overIpv6));

    assertThat(ours.host().canPing(theirs.ipv4())).as("IPv4 inside").isTrue();
    assertThat(ours.host().canPing(theirs.ipv6())).as("IPv6 inside").isTrue();
    assertThat(peer.endpoint()).isEqualTo(ours.endpoint(overIpv6));
    assertThat(theirs.host().canPing(ours.ipv4())).as("the other way").isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theyBeginTheHandshake(boolean overIpv6) {
    MeshdTunnel.start(ours, theirs, psk);
    WireGuardGo peer =
        WireGuardGo.start(theirs, ours, psk + "Endpoint = " + ours.endpoint(overIpv6));

    assertThat(theirs.host().canPing(ours.ipv4())).as("IPv4 inside").isTrue();
    assertThat(theirs.host().canPing(ours.ipv6())).as("IPv6 inside").isTrue();
    assertThat(peer.latestHandshake()).isPositive();
    assertThat(ours.host().canPing(theirs.ipv6())).as("the other way").isTrue();
  }

  @Test
  void nothingPassesWhenThePresharedKeysDiffer() {
    String other = "PresharedKey = " + PresharedKey.generate().base64() + "\n";
    WireGuardGo peer = WireGuardGo.start(theirs, ours, psk);
    MeshdTunnel.start(ours, theirs, other + "Endpoint = " + theirs.endpoint(false));

    assertThat(ours.host().canPing(theirs.ipv4())).isFalse();
    assertThat(peer.latestHandshake()).isZero();
  }

  @Test
  void fullSizePacketsPass() {
    WireGuardGo.start(theirs, ours, psk);
    MeshdTunnel.start(ours, theirs, psk + "Endpoint = " + theirs.endpoint(false));

    for (String size : new String[] {"0", "1", "1391", "1392"}) {
      ours.host()
          .run("ping", "-n", "-c", "1", "-W", "3", "-M", "do", "-s", size, theirs.ipv4())
          .orThrow();
    }
  }

  @Test
  void weFollowAPeerThatMoves() {
    WireGuardGo.start(theirs, ours, psk + "Endpoint = " + ours.endpoint(false));
    MeshdTunnel.start(ours, theirs, psk + "Endpoint = " + theirs.endpoint(false));
    assertThat(ours.host().canPing(theirs.ipv4())).isTrue();

    theirs.host().renumber();
    // wireguard-go may go on sending from its old address until its new-handshake timer, 15 s.
    Await.until(
        Duration.ofSeconds(40),
        "the moved peer to be heard",
        () -> theirs.host().canPing(ours.ipv4()));
    assertThat(ours.host().canPing(theirs.ipv4())).as("we answer where it is now").isTrue();
  }

  @Test
  void thePeerFollowsUsWhenWeMove() {
    WireGuardGo peer = WireGuardGo.start(theirs, ours, psk);
    MeshdTunnel.start(ours, theirs, psk + "Endpoint = " + theirs.endpoint(false));
    assertThat(ours.host().canPing(theirs.ipv4())).isTrue();
    String before = peer.endpoint();

    ours.host().renumber();
    assertThat(ours.host().canPing(theirs.ipv4())).isTrue();
    assertThat(peer.endpoint()).isNotEqualTo(before).isEqualTo(ours.endpoint(false));
  }

  @Test
  void ourPersistentKeepaliveCallsAndKeepsComing() {
    WireGuardGo peer = WireGuardGo.start(theirs, ours, psk);
    MeshdTunnel.start(
        ours, theirs, psk + "PersistentKeepalive = 1\nEndpoint = " + theirs.endpoint(false));
    Await.until(SOON, "a handshake without any data", () -> peer.latestHandshake() > 0);

    long bytes = peer.receivedBytes();
    Await.until(SOON, "three keepalives", () -> peer.receivedBytes() >= bytes + 3 * 32);
  }

  @Test
  void theirPersistentKeepaliveIsEnoughForUsToReachThem() {
    MeshdTunnel.start(ours, theirs, psk);
    WireGuardGo peer =
        WireGuardGo.start(
            theirs, ours, psk + "PersistentKeepalive = 1\nEndpoint = " + ours.endpoint(false));
    Await.until(SOON, "a handshake without any data", () -> peer.latestHandshake() > 0);

    assertThat(ours.host().canPing(theirs.ipv4())).isTrue();
  }

  @Test
  void restartedPeerIsReachedAgain() {
    WireGuardGo first = WireGuardGo.start(theirs, ours, psk);
    MeshdTunnel.start(ours, theirs, psk + "Endpoint = " + theirs.endpoint(false));
    assertThat(ours.host().canPing(theirs.ipv4())).isTrue();

    first.process().stop();
    WireGuardGo.start(theirs, ours, psk + "Endpoint = " + ours.endpoint(false));
    assertThat(theirs.host().canPing(ours.ipv4())).as("it calls us").isTrue();
    assertThat(ours.host().canPing(theirs.ipv4())).isTrue();
  }
}
