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

/** What survives when programs are killed and servers are away. */
@ExtendWith(LabExtension.class)
class CrashTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  /** Long enough for the clients to wait as long between attempts as they ever do. */
  private static final Duration OUTAGE = Duration.ofSeconds(20);

  private static final int KILLS = 5;

  @Test
  void aKilledDaemonComesBackAsTheSameNode(Lab lab) {
    var mesh = new Mesh(lab);
    String address = mesh.a.ipv4();
    for (int i = 0; i < KILLS; i++) {
      mesh.a.killAndRestart();
      mesh.a.awaitRunning();
      assertThat(mesh.a.ipv4()).isEqualTo(address);
    }
    Meshes.reachEachOther(mesh.a, mesh.b);
    assertThat(mesh.a.host().run("ip", "-o", "link", "show", "type", "tun").out().lines())
        .hasSize(1);
  }

  @Test
  void aStoppedDaemonLeavesNoInterfaceAndNoRoute(Lab lab) {
    var mesh = new Mesh(lab);
    mesh.a.stop();
    assertNothingIsLeft(mesh.a);
  }

  @Test
  void cleanupRemovesWhatAKilledDaemonLeft(Lab lab) {
    var mesh = new Mesh(lab);
    mesh.a.daemon().kill();
    mesh.a.host().command(Programs.meshd("cleanup")).run().orThrow();
    assertNothingIsLeft(mesh.a);
  }

  @Test
  void aKilledServerForgetsNobody(Lab lab) {
    var mesh = new Mesh(lab);
    String nodes = mesh.server.admin("nodes", "list", "--json").orThrow().out();
    for (int i = 0; i < KILLS; i++) {
      // in the middle of a write: keys are being made while it dies
      Thread writer =
          Thread.ofVirtual()
              .start(() -> mesh.server.admin("preauthkeys", "create", "--user", "u1"));
      mesh.server.killAndRestart();
      join(writer);
    }
    assertThat(Cli.json(mesh.server.admin("nodes", "list", "--json").orThrow().out()))
        .hasSameSizeAs(Cli.json(nodes));
    MeshdNode c = MeshdNode.start(lab.addHost("c", Site.behind(NatKind.EASY).ipv4Only()));
    c.up(mesh.server.url(), mesh.authKey);
    Meshes.reachEachOther(mesh.a, c);
    Meshes.reachEachOther(mesh.a, mesh.b);
  }

  @Test
  void aMeshLivesOnWithoutItsServerAndHearsOfItsReturn(Lab lab) {
    var mesh = new Mesh(lab);
    Meshes.reachEachOther(mesh.a, mesh.b);
    Meshes.goDirect(mesh.a, mesh.b);
    mesh.server.process().kill();
    assertThat(mesh.a.host().canPing(mesh.b.ipv4())).as("an established tunnel").isTrue();

    // A restarted agent starts from the network map it keeps.
    mesh.a.killAndRestart();
    Await.until(
        SOON, "the restarted node to reach its peer", () -> mesh.a.host().canPing(mesh.b.ipv4()));

    mesh.server.restart();
    MeshdNode c = MeshdNode.start(lab.addHost("c", Site.behind(NatKind.EASY).ipv4Only()));
    c.up(mesh.server.url(), mesh.authKey);
    Await.until(
        Duration.ofSeconds(30),
        "the old nodes to hear of a new one",
        () -> !mesh.a.peer(c).isMissingNode());
  }

  @Test
  void mapStreamsResumeWithinFiveSecondsOfTheServersReturn(Lab lab) throws Exception {
    var mesh = new Mesh(lab);
    mesh.server.process().kill();
    Thread.sleep(OUTAGE);
    mesh.server.restart();
    long answeredNs = System.nanoTime();
    Await.until(Duration.ofSeconds(5), "both map streams to be back", () -> online(mesh) == 2);
    System.out.printf(
        "map streams: both back %d ms after the server answered again%n",
        (System.nanoTime() - answeredNs) / 1_000_000);
  }

  private static long online(Mesh mesh) {
    return Cli.json(mesh.server.admin("nodes", "list", "--json").orThrow().out())
        .findValues("online")
        .stream()
        .filter(JsonNode::asBoolean)
        .count();
  }

  private static void assertNothingIsLeft(MeshdNode node) {
    assertThat(node.host().run("ip", "-o", "link", "show").out()).doesNotContain("meshd0");
    assertThat(node.host().run("ip", "route", "show", "table", "all").out())
        .doesNotContain("100.64.")
        .doesNotContain("meshd0");
    assertThat(node.host().run("ip", "rule", "show").out().lines()).hasSize(3);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Our server and two nodes of ours behind easy routers. */
  private static final class Mesh {
    final MeshdServer server;
    final String authKey;
    final MeshdNode a;
    final MeshdNode b;

    Mesh(Lab lab) {
      Site site = Site.behind(NatKind.EASY).ipv4Only();
      server = MeshdServer.start(lab.addHost("server", Site.open()));
      authKey = server.authKey("--reusable");
      a = MeshdNode.start(lab.addHost("a", site));
      b = MeshdNode.start(lab.addHost("b", site));
      a.up(server.url(), authKey);
      b.up(server.url(), authKey);
      a.awaitPeer(b);
      b.awaitPeer(a);
    }
  }
}
