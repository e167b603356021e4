package dev.meshd.e2e.lab;

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

/** The lab's own links, names and addresses, with nothing in it but ping. */
@ExtendWith(LabExtension.class)
class LabTest {
  @Test
  void openHostsReachEachOtherInBothFamilies(Lab lab) {
    LabHost a = lab.addHost("a", Site.open());
    LabHost b = lab.addHost("b", Site.open());
    assertThat(a.canPing(b.ipv4())).isTrue();
    assertThat(b.canPing(a.ipv6())).isTrue();
  }

  @Test
  void everyHostKnowsTheNamesOfTheLab(Lab lab) {
    LabHost a = lab.addHost("a", Site.open());
    LabHost b = lab.addHost("b", Site.behind(NatKind.EASY));
    lab.addName("server.example", a);
    assertThat(b.canPing("server.example")).isTrue();
    assertThat(b.run("cat", "/etc/resolv.conf").orThrow().out()).isEmpty();
  }

  @Test
  void insideIsHiddenBehindARouter(Lab lab) {
    LabHost a = lab.addHost("a", Site.open());
    LabHost b = lab.addHost("b", Site.behind(NatKind.EASY));
    assertThat(b.canPing(a.ipv4())).isTrue();
    assertThat(b.canPing(a.ipv6())).isTrue();
    assertThat(a.canPing(b.ipv4())).isFalse();
  }

  @Test
  void aHostHasOnlyTheFamiliesOfItsSite(Lab lab) {
    LabHost a = lab.addHost("a", Site.open());
    LabHost v4 = lab.addHost("v4", Site.behind(NatKind.EASY).ipv4Only());
    LabHost v6 = lab.addHost("v6", Site.behind(NatKind.EASY).ipv6Only());
    assertThat(v4.canPing(a.ipv4())).isTrue();
    assertThat(v4.canPing(a.ipv6())).isFalse();
    assertThat(v6.canPing(a.ipv6())).isTrue();
    assertThat(v6.canPing(a.ipv4())).isFalse();
  }

  @Test
  void packetsAreAsLargeAsTheSiteAllows(Lab lab) {
    LabHost a = lab.addHost("a", Site.open());
    LabHost b = lab.addHost("b", Site.behind(NatKind.EASY).withMtu(1280));
    assertThat(ping(b, a, 1280 - 28)).isTrue();
    assertThat(ping(b, a, 1281 - 28)).isFalse();
  }

  @Test
  void aNewAddressReplacesTheOldOne(Lab lab) {
    LabHost a = lab.addHost("a", Site.open());
    LabHost b = lab.addHost("b", Site.behind(NatKind.EASY));
    LabHost c = lab.addHost("c", Site.behind(NatKind.DOUBLE));
    String oldIpv4 = a.ipv4();
    String oldPublic = b.publicIpv4();
    a.renumber();
    b.renumber();
    c.renumber();
    assertThat(a.ipv4()).isNotEqualTo(oldIpv4);
    assertThat(b.publicIpv4()).isNotEqualTo(oldPublic);
    for (LabHost host : lab.hosts()) {
      assertThat(host.canPing(a.ipv4())).as("%s, IPv4", host).isTrue();
      assertThat(host.canPing(a.ipv6())).as("%s, IPv6", host).isTrue();
    }
    assertThat(b.canPing(oldIpv4)).isFalse();
  }

  @Test
  void anUplinkThatIsDownCarriesNothing(Lab lab) {
    LabHost a = lab.addHost("a", Site.open());
    LabHost b = lab.addHost("b", Site.behind(NatKind.EASY));
    b.setUplink(false);
    assertThat(b.canPing(a.ipv4())).isFalse();
    b.setUplink(true);
    Await.until(Duration.ofSeconds(10), "the uplink to come back", () -> b.canPing(a.ipv4()));
  }

  private static boolean ping(LabHost from, LabHost to, int payload) {
    return from.run("ping", "-n", "-c1", "-W1", "-Mdo", "-s" + payload, to.ipv4()).succeeded();
  }
}
