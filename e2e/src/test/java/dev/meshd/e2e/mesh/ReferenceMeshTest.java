package dev.meshd.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.NatKind;
import dev.meshd.testkit.lab.Site;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Real clients on a real Headscale, without a line of ours: when this fails, the lab is wrong and
 * no other test of this package says anything.
 */
@ExtendWith(LabExtension.class)
class ReferenceMeshTest {
  @Test
  void tailscaleClientsGoDirectThroughEasyRouters(Lab lab) {
    HeadscaleServer server = HeadscaleServer.start(lab, lab.addHost("server", Site.open()));
    String authKey = server.authKey();
    TailscaleNode a =
        TailscaleNode.start(lab.addHost("a", Site.behind(NatKind.EASY).ipv4Only()), server.trust());
    TailscaleNode b =
        TailscaleNode.start(lab.addHost("b", Site.behind(NatKind.EASY).ipv4Only()), server.trust());
    a.up(server.url(), authKey);
    b.up(server.url(), authKey);
    a.awaitRunning();
    b.awaitRunning();
    a.awaitPeer(b);
    String pings = a.ping(b.ipv4(), 20);
    assertThat(pings).contains("via " + b.host().publicIpv4() + ":");
    assertThat(b.host().canPing(a.ipv6())).isTrue();
  }
}
