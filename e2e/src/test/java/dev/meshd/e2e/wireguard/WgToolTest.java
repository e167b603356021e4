package dev.meshd.e2e.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.PresharedKey;
import dev.meshd.e2e.LabExtension;
import dev.meshd.testkit.lab.CommandResult;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Our interface in the hands of Debian's {@code wg}, with wireguard-go at the other end. */
@ExtendWith(LabExtension.class)
class WgToolTest {
  private final String psk = PresharedKey.generate().base64();
  private WgSide ours;
  private WgSide theirs;

  @BeforeEach
  void twoHosts(Lab lab) {
    ours = WgSide.of(lab.addHost("ours", Site.open()), 1);
    theirs = WgSide.of(lab.addHost("theirs", Site.open()), 2);
  }

  @Test
  void wgSetsShowsSyncsAndRemoves() {
    WireGuardGo.start(theirs, ours, "PresharedKey = " + psk);
    String peer = theirs.key().publicKey().base64();
    String lines = "PresharedKey = " + psk + "\nEndpoint = " + theirs.endpoint(false);
    try (MeshdWg wg = MeshdWg.start(ours, theirs, lines)) {
      assertThat(ours.host().canPing(theirs.ipv4())).isTrue();
      assertThat(theirs.host().canPing(ours.ipv6())).isTrue();

      String handshake = wg.show("latest-handshakes");
      assertThat(wg.show("public-key")).isEqualTo(ours.key().publicKey().base64());
      assertThat(wg.show("dump").lines().toList().getFirst())
          .isEqualTo(
              String.join(
                  "\t", ours.key().base64(), ours.key().publicKey().base64(), "51820", "off"));
      assertThat(wg.show("dump").lines().toList().getLast())
          .startsWith(
              String.join(
                  "\t",
                  peer,
                  psk,
                  theirs.endpoint(false),
                  theirs.ipv4() + "/32," + theirs.ipv6() + "/128"))
          .endsWith("\toff");
      String conf = ours.host().run("wg", "showconf", ours.interfaceName()).orThrow().out();
      assertThat(conf).contains("PublicKey = " + peer, "ListenPort = 51820");

      // The same configuration again, but for a keepalive and a newcomer: the session goes on.
      String newcomer = NodePrivateKey.generate().publicKey().base64();
      wg.conf(
          "syncconf",
          "PrivateKey = %s\nListenPort = 51820\n".formatted(ours.key().base64()),
          WgSide.peerSection(theirs, lines + "\nPersistentKeepalive = 25\n")
              + "[Peer]\nPublicKey = %s\nAllowedIPs = 10.77.0.0/16\n".formatted(newcomer));
      assertThat(wg.show("latest-handshakes")).contains(handshake);
      assertThat(wg.show("persistent-keepalive")).contains(peer + "\t25", newcomer + "\toff");
      assertThat(wg.show("allowed-ips")).contains(newcomer + "\t10.77.0.0/16");

      // A more specific prefix takes the peer's own address away, and gives it back.
      assertThat(wg.set("peer", newcomer, "allowed-ips", theirs.ipv4() + "/32").succeeded())
          .isTrue();
      assertThat(wg.show("allowed-ips")).contains(peer + "\t" + theirs.ipv6() + "/128");
      assertThat(ours.host().canPing(theirs.ipv4())).isFalse();
      wg.set("peer", newcomer, "remove").orThrow();
      wg.set("peer", peer, "allowed-ips", theirs.ipv4() + "/32," + theirs.ipv6() + "/128");
      assertThat(ours.host().canPing(theirs.ipv4())).isTrue();

      wg.set("peer", peer, "remove").orThrow();
      assertThat(wg.show("peers")).isEmpty();
      assertThat(ours.host().canPing(theirs.ipv4())).isFalse();
    }
  }

  @Test
  void whatCannotBeSetIsSaidAndChangesNothing() {
    WireGuardGo.start(theirs, ours, ""); // theirs has the port there
    WgSide second = WgSide.of(theirs.host(), 3);
    try (MeshdWg wg = MeshdWg.start(second)) {
      wg.set("listen-port", "40000").orThrow();
      second.host().run("ip", "link", "set", second.interfaceName(), "up").orThrow();
      CommandResult taken = wg.set("listen-port", Integer.toString(WgSide.PORT));
      assertThat(taken.succeeded()).isFalse();
      assertThat(taken.err()).contains("Address already in use");
      assertThat(wg.show("listen-port")).isEqualTo("40000");
    }
  }

  @Test
  void manyAllowedIpsGoInAndComeOut() {
    StringBuilder allowed = new StringBuilder("[Peer]\nPublicKey = ");
    allowed.append(theirs.key().publicKey().base64()).append('\n');
    for (int a = 1; a < 40; a++) {
      for (int b = 0; b < 256; b++) {
        allowed.append("AllowedIPs=%d.%d.0.0/16,%x::%x/128%n".formatted(a, b, a, b));
      }
    }
    try (MeshdWg wg = MeshdWg.start(ours)) {
      wg.setConf("", allowed.toString());
      assertThat(wg.show("allowed-ips").split("\\s+")).hasSize(1 + 39 * 256 * 2);
    }
  }

  @Test
  void socketIsTheOwnersAndADeadOneIsReplaced() throws IOException {
    try (MeshdWg first = MeshdWg.start(ours)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first.socket())))
          .isEqualTo("rw-------");
      CommandResult again = MeshdWg.run(ours.host(), ours.interfaceName());
      assertThat(again.exitCode()).isEqualTo(1);
      assertThat(again.err())
          .isEqualTo(
              "meshd wg: the network interface %s is in use by another running process\n"
                  .formatted(ours.interfaceName()));

      first.process().destroyForcibly();
      try (MeshdWg second = MeshdWg.start(ours)) {
        assertThat(second.show("listen-port")).isEqualTo("0");
      }
    }
  }

  @Test
  void itEndsWhenItsInterfaceOrItsSocketIsTakenAwayOrWhenItIsTold() throws IOException {
    MeshdWg wg = MeshdWg.start(ours);
    ProcessHandle process = wg.process();
    ours.host().run("ip", "link", "delete", ours.interfaceName()).orThrow();
    wg.awaitGone();
    process.onExit().join();

    wg = MeshdWg.start(ours);
    process = wg.process();
    Files.delete(wg.socket());
    wg.awaitGone();
    process.onExit().join();

    wg = MeshdWg.start(ours);
    process = wg.process();
    process.destroy();
    wg.awaitGone();
    process.onExit().join();
  }

  @Test
  void inTheForegroundItLogsAndEndsWithSuccess() {
    var process =
        ours.host()
            .command(MeshdWg.program().toString(), "-f", ours.interfaceName())
            .environment("LOG_LEVEL", "verbose")
            .start("meshd-wg");
    process.awaitLog("interface " + ours.interfaceName() + " is ready", MeshdWg.LIMIT);
    process.signal("TERM");
    assertThat(process.awaitExit(MeshdWg.LIMIT)).isZero();
    assertThat(ours.host().run("ip", "link", "show", ours.interfaceName()).succeeded()).isFalse();
  }
}
