package dev.meshd.e2e.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.NatKind;
import dev.meshd.testkit.lab.Site;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the network around an interface may do: move it to another namespace, switch it off and on,
 * take its addresses away, mark and translate its datagrams. Both ends are ours.
 */
@ExtendWith(LabExtension.class)
class WgNamespaceTest {
  /** Well before a handshake is repeated: what happens within it happened at once. */
  private static final String AT_ONCE_SECONDS = "3";

  @Test
  void socketsStayWhereItWasBornWhereverTheInterfaceGoes(Lab lab) {
    WgSide one = WgSide.of(lab.addHost("one", Site.open()), 1);
    WgSide two = WgSide.of(lab.addHost("two", Site.open()), 2);
    LabHost inside = lab.addHost("inside", Site.open());
    try (MeshdWg moved = MeshdWg.start(one);
        MeshdWg _ = MeshdWg.start(two, one, "Endpoint = " + one.endpoint(false))) {
      String name = one.interfaceName();
      one.host().run("ip", "link", "set", name, "netns", inside.namespace()).orThrow();
      moved.setConf(
          "PrivateKey = %s\nListenPort = %d\n".formatted(one.key().base64(), WgSide.PORT),
          WgSide.peerSection(two, ""));
      assertThat(openPorts(one.host())).as("closed while it is off").doesNotContain(":51820 ");

      moved.up(inside);
      MeshdWg.addRoutes(inside, one, two);
      awaitPort(one.host(), true);
      assertThat(openPorts(inside)).doesNotContain(":51820 ");
      assertThat(two.host().canPing(one.ipv4())).isTrue();
      assertThat(inside.canPing(two.ipv6())).isTrue();

      inside.run("ip", "link", "set", name, "down").orThrow();
      awaitPort(one.host(), false);
      inside.run("ip", "link", "set", name, "name", name + "r", "up").orThrow();
      awaitPort(one.host(), true);
      inside.run("ip", "link", "set", name + "r", "netns", one.host().namespace()).orThrow();
      awaitPort(one.host(), false);
      one.host().run("ip", "link", "set", name + "r", "name", name).orThrow();
      one.host().run("ip", "link", "set", name, "mtu", "9000", "up").orThrow();
      awaitPort(one.host(), true);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answersLeaveFromTheAddressThatWasAskedAndFromAnotherOnceItIsGone(boolean overIpv6, Lab lab) {
    WgSide one = WgSide.of(lab.addHost("one", Site.open()), 1);
    WgSide two = WgSide.of(lab.addHost("two", Site.open()), 2);
    String own = overIpv6 ? one.host().ipv6() : one.host().ipv4();
    String second = overIpv6 ? "2001:db8:77::77" : "198.51.100.77";
    String bits = overIpv6 ? "/128" : "/32";
    one.host().run("ip", "address", "add", second + bits, "dev", "eth0").orThrow();
    two.host().run("ip", "route", "add", second + bits, "via", own).orThrow();
    String asked = (overIpv6 ? "[" + second + "]" : second) + ":" + WgSide.PORT;
    try (MeshdWg _ = MeshdWg.start(one, two, "");
        MeshdWg asking = MeshdWg.start(two, one, "Endpoint = " + asked)) {
      assertThat(two.host().canPing(one.ipv4())).isTrue();
      assertThat(asking.show("endpoints")).as("it was answered from there").endsWith("\t" + asked);

      one.host().run("ip", "address", "delete", second + bits, "dev", "eth0").orThrow();
      assertThat(pingsAtOnce(one.host(), two.ipv4())).as("from the address that is left").isTrue();
      assertThat(asking.show("endpoints")).endsWith("\t" + one.endpoint(overIpv6));
    }
  }

  @Test
  void firewallMarkIsOnEveryDatagramFromTheMomentItIsSet(Lab lab) {
    WgSide one = WgSide.of(lab.addHost("one", Site.open()), 1);
    WgSide two = WgSide.of(lab.addHost("two", Site.open()), 2);
    one.host()
        .command("nft", "-f", "-")
        .input(
            """
            table inet b {
              chain out { type filter hook output priority 0; meta mark 0x77 drop; }
            }
            """)
        .run()
        .orThrow();
    try (MeshdWg marked = MeshdWg.start(one, two, "Endpoint = " + two.endpoint(false));
        MeshdWg _ = MeshdWg.start(two, one, "")) {
      assertThat(one.host().canPing(two.ipv4())).isTrue();
      marked.set("fwmark", "0x77").orThrow();
      assertThat(marked.show("fwmark")).isEqualTo("0x77");
      assertThat(one.host().canPing(two.ipv4())).isFalse();
      marked.set("listen-port", "51821", "fwmark", "0").orThrow();
      assertThat(one.host().canPing(two.ipv4())).isTrue();
    }
  }

  @Test
  void keepalivesHoldTheWayThroughARouterOpen(Lab lab) {
    WgSide outside = WgSide.of(lab.addHost("outside", Site.open()), 1);
    WgSide behind = WgSide.of(lab.addHost("behind", Site.behind(NatKind.EASY)), 2);
    String lines = "PersistentKeepalive = 1\nEndpoint = " + outside.endpoint(false);
    try (MeshdWg out = MeshdWg.start(outside, behind, "");
        MeshdWg _ = MeshdWg.start(behind, outside, lines)) {
      Await.until(
          MeshdWg.LIMIT,
          "a handshake nobody asked for",
          () -> !out.show("latest-handshakes").endsWith("\t0"));
      assertThat(out.show("endpoints")).contains(behind.host().publicIpv4());
      assertThat(outside.host().canPing(behind.ipv4())).isTrue();
    }
  }

  private static boolean pingsAtOnce(LabHost from, String to) {
    return from.run("ping", "-n", "-c", "1", "-W", AT_ONCE_SECONDS, to).succeeded();
  }

  private static String openPorts(LabHost host) {
    return host.run("ss", "-Hlnu").orThrow().out();
  }

  private static void awaitPort(LabHost host, boolean open) {
    Await.until(
        Duration.ofSeconds(20),
        "the UDP port to " + (open ? "open" : "close"),
        () -> openPorts(host).contains(":51820 ") == open);
  }
}
