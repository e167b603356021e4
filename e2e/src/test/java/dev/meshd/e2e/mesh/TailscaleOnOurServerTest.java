package dev.meshd.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import dev.meshd.testkit.lab.NatKind;
import dev.meshd.testkit.lab.Site;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real Tailscale clients on our server in its default configuration, among themselves and with a
 * node of ours.
 */
@ExtendWith(LabExtension.class)
class TailscaleOnOurServerTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void clientsAloneReachEachOtherByRelayAndDirectly(Lab lab) {
    Site site = Site.behind(NatKind.EASY).ipv4Only();
    MeshdServer server = MeshdServer.start(lab.addHost("server", Site.open()));
    TailscaleNode byKey = TailscaleNode.start(lab.addHost("bykey", site));
    TailscaleNode byUrl = TailscaleNode.start(lab.addHost("byurl", site));
    byKey.up(server.url(), server.authKey());
    joinInteractively(byUrl, server);
    byKey.awaitRunning();
    byUrl.awaitRunning();
    Meshes.reachEachOther(byKey, byUrl);
    Meshes.goDirect(byKey, byUrl);
    assertThat(byKey.health()).isEmpty();
    assertThat(byUrl.health()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"EASY", "HARD"})
  void clientsJoinByKeyAndInteractivelyAndReachEveryone(NatKind nat, Lab lab) {
    Site site = Site.behind(nat).ipv4Only();
    LabHost serverHost = lab.addHost("server", Site.open());
    MeshdServer server = MeshdServer.start(serverHost);
    TailscaleNode byKey = TailscaleNode.start(lab.addHost("bykey", site));
    TailscaleNode byUrl = TailscaleNode.start(lab.addHost("byurl", site));
    MeshdNode ours = MeshdNode.start(lab.addHost("ours", site));

    byKey.up(server.url(), server.authKey());
    joinInteractively(byUrl, server);
    ours.up(server.url(), server.authKey());
    byKey.awaitRunning();
    byUrl.awaitRunning();

    Meshes.reachEachOther(byKey, byUrl);
    Meshes.reachEachOther(byKey, ours);
    Meshes.reachEachOther(ours, byUrl);
    if (nat == NatKind.EASY) {
      Meshes.goDirect(byKey, byUrl);
      Meshes.goDirect(byKey, ours);
      Meshes.goDirect(ours, byUrl);
    } else {
      Meshes.stayOnRelay(byKey, byUrl);
      Meshes.stayOnRelay(byKey, ours);
      Meshes.stayOnRelay(ours, byUrl);
    }
    assertThat(byKey.health()).isEmpty();
    assertThat(byUrl.health()).isEmpty();
  }

  @Test
  void aTransferArrivesBetweenAClientAndOurNode(Lab lab) {
    Site site = Site.behind(NatKind.EASY).ipv4Only();
    MeshdServer server = MeshdServer.start(lab.addHost("server", Site.open()));
    TailscaleNode theirs = TailscaleNode.start(lab.addHost("theirs", site));
    MeshdNode ours = MeshdNode.start(lab.addHost("ours", site));
    theirs.up(server.url(), server.authKey());
    ours.up(server.url(), server.authKey());
    ours.awaitPeer(theirs);
    Meshes.goDirect(ours, theirs);
    Meshes.transfer(ours, theirs, 100);
    Meshes.transfer(theirs, ours, 100);
  }

  /** {@code up} prints a URL; its last part is what the administrator approves. */
  private static void joinInteractively(TailscaleNode node, MeshdServer server) {
    LabProcess up =
        node.command("up", "--login-server=" + server.url(), "--hostname=" + node.host().name())
            .start("up");
    String id = up.awaitLog(server.url() + "/register/(\\S+)", SOON).group(1);
    server.admin("nodes", "register", "--user", "u1", "--key", id).orThrow();
    assertThat(up.awaitExit(SOON)).isZero();
  }
}
