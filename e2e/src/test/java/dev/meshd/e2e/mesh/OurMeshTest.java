package dev.meshd.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.NatKind;
import dev.meshd.testkit.lab.Site;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our server and two of our nodes, behind every kind of router. */
@ExtendWith(LabExtension.class)
class OurMeshTest {
  @ParameterizedTest
  @EnumSource(names = {"NONE", "EASY", "ADDRESS_ONLY", "FULL_CONE", "DOUBLE"})
  void nodesGoDirectWhereRoutersAllowIt(NatKind nat, Lab lab) {
    var mesh = new TwoNodes(lab, Site.behind(nat).ipv4Only());
    Meshes.reachEachOther(mesh.a, mesh.b);
    Meshes.goDirect(mesh.a, mesh.b);
    Meshes.goDirect(mesh.b, mesh.a);
    mesh.noWarnings();
  }

  @ParameterizedTest
  @EnumSource(names = {"HARD", "UDP_BLOCKED"})
  void nodesStayOnTheRelayWhereRoutersDoNot(NatKind nat, Lab lab) {
    var mesh = new TwoNodes(lab, Site.behind(nat).ipv4Only());
    Meshes.reachEachOther(mesh.a, mesh.b);
    Meshes.stayOnRelay(mesh.a, mesh.b);
    Meshes.stayOnRelay(mesh.b, mesh.a);
    mesh.noWarnings();
  }

  @Test
  void aHundredMebibytesArriveBothWaysDirectly(Lab lab) {
    var mesh = new TwoNodes(lab, Site.behind(NatKind.EASY).ipv4Only());
    Meshes.goDirect(mesh.a, mesh.b);
    Meshes.transfer(mesh.a, mesh.b, 100);
    Meshes.transfer(mesh.b, mesh.a, 100);
  }

  @Test
  void aTransferArrivesOverTheRelay(Lab lab) {
    var mesh = new TwoNodes(lab, Site.behind(NatKind.HARD).ipv4Only());
    Meshes.reachEachOther(mesh.a, mesh.b);
    Meshes.transfer(mesh.a, mesh.b, 20);
  }

  /** Our server, two nodes of ours that have joined it and know each other. */
  private static final class TwoNodes {
    final MeshdServer server;
    final MeshdNode a;
    final MeshdNode b;

    TwoNodes(Lab lab, Site site) {
      LabHost serverHost = lab.addHost("server", Site.open());
      server = MeshdServer.start(serverHost);
      String authKey = server.authKey("--reusable");
      a = MeshdNode.start(lab.addHost("a", site));
      b = MeshdNode.start(lab.addHost("b", site));
      a.up(server.url(), authKey);
      b.up(server.url(), authKey);
      a.awaitPeer(b);
      b.awaitPeer(a);
    }

    void noWarnings() {
      for (var process : List.of(server.process(), a.daemon(), b.daemon())) {
        assertThat(process.logText().lines().filter(l -> l.contains("WARN") || l.contains("ERROR")))
            .as("warnings of %s", process.name())
            .isEmpty();
      }
    }
  }
}
