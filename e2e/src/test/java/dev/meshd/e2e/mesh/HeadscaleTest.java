package dev.meshd.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.e2e.LabExtension;
import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.NatKind;
import dev.meshd.testkit.lab.Site;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our node and a real Tailscale client on a real Headscale. */
@ExtendWith(LabExtension.class)
class HeadscaleTest {
  private static final Duration SECONDS = Duration.ofSeconds(10);

  @ParameterizedTest
  @EnumSource(names = {"NONE", "EASY"})
  void ourNodeAndATailscaleClientGoDirect(NatKind nat, Lab lab) {
    var mesh = new Mesh(lab, Site.behind(nat).ipv4Only());
    Meshes.reachEachOther(mesh.ours, mesh.theirs);
    Meshes.goDirect(mesh.ours, mesh.theirs);
    Meshes.goDirect(mesh.theirs, mesh.ours);
    Meshes.transfer(mesh.ours, mesh.theirs, 100);
    Meshes.transfer(mesh.theirs, mesh.ours, 100);
  }

  @Test
  void ourNodeAndATailscaleClientUseHeadscalesRelay(Lab lab) {
    var mesh = new Mesh(lab, Site.behind(NatKind.HARD).ipv4Only());
    Meshes.reachEachOther(mesh.ours, mesh.theirs);
    Meshes.stayOnRelay(mesh.ours, mesh.theirs);
    Meshes.stayOnRelay(mesh.theirs, mesh.ours);
    Meshes.transfer(mesh.ours, mesh.theirs, 20);
    Meshes.transfer(mesh.theirs, mesh.ours, 20);
  }

  @Test
  void ourNodeSeesAPeerRenamedAndDeleted(Lab lab) {
    var mesh = new Mesh(lab, Site.open());
    mesh.ours.awaitPeer(mesh.theirs);
    String id = mesh.nodeId("theirs");
    mesh.server.admin("nodes", "rename", "-i", id, "renamed").orThrow();
    Await.until(
        SECONDS,
        "our node to see the new name",
        () -> mesh.ours.peer(mesh.theirs).path("DNSName").asText().startsWith("renamed."));
    String address = mesh.theirs.ipv4();
    mesh.server.admin("nodes", "delete", "-i", id, "--force").orThrow();
    Await.until(
        SECONDS,
        "our node to forget the deleted peer",
        () -> !mesh.ours.status().path("Peer").toString().contains("\"" + address + "\""));
  }

  @Test
  void ourNodeNeedsLoginOnceItHasExpired(Lab lab) {
    var mesh = new Mesh(lab, Site.open());
    mesh.server.admin("nodes", "expire", "-i", mesh.nodeId("ours")).orThrow();
    Await.until(
        SECONDS,
        "our node to notice that it has expired",
        () -> mesh.ours.backendState().equals("NeedsLogin"));
  }

  @Test
  void theTailscaleCliTalksToOurDaemon(Lab lab) {
    var mesh = new Mesh(lab, Site.open());
    mesh.ours.awaitPeer(mesh.theirs);
    String cli = Programs.require("tailscale");
    String socket = "--socket=" + mesh.ours.socket();
    assertThat(mesh.ours.host().run(cli, socket, "status").orThrow().out())
        .contains(mesh.ours.ipv4(), mesh.theirs.ipv4());
    assertThat(mesh.ours.host().run(cli, socket, "ip").orThrow().out())
        .contains(mesh.ours.ipv4(), mesh.ours.ipv6());
  }

  /** A Headscale, a node of ours and a Tailscale client that have joined it. */
  private static final class Mesh {
    final HeadscaleServer server;
    final MeshdNode ours;
    final TailscaleNode theirs;

    Mesh(Lab lab, Site site) {
      server = HeadscaleServer.start(lab, lab.addHost("server", Site.open()));
      String authKey = server.authKey();
      theirs = TailscaleNode.start(lab.addHost("theirs", site), server.trust());
      ours = MeshdNode.start(lab.addHost("ours", site), server.trust());
      theirs.up(server.url(), authKey);
      ours.up(server.url(), authKey);
      ours.awaitRunning();
      theirs.awaitRunning();
    }

    String nodeId(String name) {
      for (JsonNode node : Cli.json(server.admin("nodes", "list", "-o", "json").orThrow().out())) {
        if (node.path("name").asText().equals(name)
            || node.path("given_name").asText().equals(name)) {
          return node.path("id").asText();
        }
      }
      throw new AssertionError("Headscale has no node " + name);
    }
  }
}
