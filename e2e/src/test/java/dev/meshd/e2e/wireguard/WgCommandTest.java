package dev.meshd.e2e.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.CommandResult;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code meshd wg up} and {@code down} as a user types them, between two of ours. */
@ExtendWith(LabExtension.class)
class WgCommandTest {
  private WgSide one;
  private WgSide two;

  @BeforeEach
  void twoHosts(Lab lab) {
    one = WgSide.of(lab.addHost("one", Site.open()), 1);
    two = WgSide.of(lab.addHost("two", Site.open()), 2);
  }

  @Test
  void upReturnsAndDownRemovesEverything() {
    MeshdTunnel.start(two, one, "");
    Path file = MeshdTunnel.writeConfig(one, two, "Endpoint = " + two.endpoint(true));
    try {
      CommandResult up = wg(one.host(), "up", file.toString()).orThrow();
      assertThat(up.out())
          .isEqualTo("interface " + one.interfaceName() + " is up, UDP port 51820\n");
      assertThat(one.host().canPing(two.ipv4())).isTrue();
      assertThat(two.host().canPing(one.ipv6())).isTrue();

      CommandResult again = wg(one.host(), "up", file.toString());
      assertThat(again.exitCode()).isEqualTo(1);
      assertThat(again.err()).contains(one.interfaceName() + " is up already");
    } finally {
      wg(one.host(), "down", file.toString()).orThrow();
    }
    assertNothingIsLeft();
    assertThat(wg(one.host(), "down", one.interfaceName()).err())
        .isEqualTo("meshd wg: " + one.interfaceName() + " is not up\n");
  }

  @Test
  void killedTunnelLeavesNothingAndComesUpAgain() throws IOException {
    MeshdTunnel.start(two, one, "");
    Path file = MeshdTunnel.writeConfig(one, two, "Endpoint = " + two.endpoint(false));
    wg(one.host(), "up", file.toString()).orThrow();
    Path pidFile = Path.of("/run/meshd", "wg-" + one.interfaceName() + ".pid");
    String pid = Files.readAllLines(pidFile).getFirst();
    one.host().run("kill", "-KILL", pid).orThrow();
    try {
      wg(one.host(), "up", file.toString()).orThrow();
      assertThat(one.host().canPing(two.ipv4())).isTrue();
      one.host().run("kill", "-KILL", Files.readAllLines(pidFile).getFirst()).orThrow();
    } finally {
      wg(one.host(), "down", one.interfaceName());
    }
    assertNothingIsLeft();
    assertThat(pidFile).doesNotExist();
  }

  @Test
  void faultsAreToldBeforeAnythingIsDone() throws IOException {
    Path file = one.host().directory().resolve("bad.conf");
    Files.writeString(
        file,
        """
        [Interface]
        PrivateKey = tooshort
        PostUp = rm -rf /
        [Peer]
        AllowedIPs = 10.0.0.1/33
        """);
    CommandResult up = wg(one.host(), "up", file.toString());
    assertThat(up.exitCode()).isEqualTo(1);
    assertThat(up.err())
        .contains("bad.conf:2: PrivateKey: ", "bad.conf:3: PostUp: this key is not supported")
        .contains("bad.conf:4: PublicKey: missing", "bad.conf:5: AllowedIPs: ")
        .doesNotContain("tooshort", "Exception");
  }

  @Test
  void portInUseIsOneSentence() {
    MeshdTunnel.start(two, one, "");
    WgSide third = WgSide.of(two.host(), 3);
    Path file = MeshdTunnel.writeConfig(third, one, "");
    CommandResult up = wg(two.host(), "up", file.toString());
    assertThat(up.exitCode()).isEqualTo(1);
    assertThat(up.err()).isEqualTo("meshd wg: UDP port 51820 is in use by another program\n");
  }

  private void assertNothingIsLeft() {
    assertThat(one.host().run("ip", "-o", "link").out()).doesNotContain(one.interfaceName());
    assertThat(one.host().run("ip", "route").out()).doesNotContain(one.interfaceName());
  }

  private static CommandResult wg(LabHost host, String verb, String argument) {
    return host.command(Programs.service("wg", verb, argument)).limit(Duration.ofSeconds(60)).run();
  }
}
