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
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Debian's {@code wg-quick} with our program in the place of wireguard-go. */
@ExtendWith(LabExtension.class)
class WgQuickTest {
  private WgSide ours;
  private WgSide theirs;

  @BeforeEach
  void twoHosts(Lab lab) {
    ours = WgSide.of(lab.addHost("ours", Site.open()), 1);
    theirs = WgSide.of(lab.addHost("theirs", Site.open()), 2);
  }

  @Test
  void upAndDown() throws IOException {
    WireGuardGo.start(theirs, ours, "");
    Path conf = config(theirs.ipv4() + "/32, " + theirs.ipv6() + "/128", "MTU = 1380\n");
    quick(ours.host(), "up", conf).orThrow();
    try {
      assertThat(ours.host().canPing(theirs.ipv4())).isTrue();
      assertThat(theirs.host().canPing(ours.ipv6())).isTrue();
      assertThat(ours.host().run("ip", "link", "show", ours.interfaceName()).out())
          .contains("mtu 1380");
    } finally {
      quick(ours.host(), "down", conf).orThrow();
    }
    assertNothingIsLeft();
  }

  @Test
  void everythingThroughTheTunnelButTheTunnelItself() throws IOException {
    theirs.host().run("ip", "address", "add", "192.0.2.99/32", "dev", "lo").orThrow();
    theirs.host().run("ip", "address", "add", "2001:db8:99::99/128", "dev", "lo").orThrow();
    WireGuardGo.start(theirs, ours, "");
    Path conf = config("0.0.0.0/0, ::/0", "");
    CommandResult up = quick(ours.host(), "up", conf).orThrow();
    try {
      assertThat(up.err()).contains("fwmark 51820");
      assertThat(ours.host().canPing("192.0.2.99")).as("IPv4 by the default route").isTrue();
      assertThat(ours.host().canPing("2001:db8:99::99")).as("IPv6 too").isTrue();
      assertThat(ours.host().run("wg", "show", ours.interfaceName(), "fwmark").out().strip())
          .isEqualTo("0xca6c");
    } finally {
      quick(ours.host(), "down", conf).orThrow();
    }
    assertNothingIsLeft();
    assertThat(ours.host().run("ip", "rule").out()).doesNotContain("51820");
  }

  private Path config(String allowedIps, String more) throws IOException {
    Path file = ours.host().directory().resolve(ours.interfaceName() + ".conf");
    Files.writeString(
        file,
        """
        [Interface]
        PrivateKey = %s
        Address = %s/32, %s/128
        %s[Peer]
        PublicKey = %s
        AllowedIPs = %s
        Endpoint = %s
        """
            .formatted(
                ours.key().base64(),
                ours.ipv4(),
                ours.ipv6(),
                more,
                theirs.key().publicKey().base64(),
                allowedIps,
                theirs.endpoint(false)));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private void assertNothingIsLeft() {
    assertThat(ours.host().run("ip", "-o", "link").out()).doesNotContain(ours.interfaceName());
    assertThat(ours.host().run("ip", "route", "show", "table", "all").out())
        .doesNotContain(ours.interfaceName());
  }

  private static CommandResult quick(LabHost host, String verb, Path conf) {
    return host.command(Programs.require("wg-quick"), verb, conf.toString())
        .environment("WG_QUICK_USERSPACE_IMPLEMENTATION", MeshdWg.program().toString())
        .limit(MeshdWg.LIMIT)
        .run();
  }
}
