package dev.meshd.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.e2e.LabExtension;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.Site;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What administrators of our server do, as real Tailscale clients see it. */
@ExtendWith(LabExtension.class)
class TailscaleAdministeredTest {
  private static final Duration SECONDS = Duration.ofSeconds(10);

  /** A client waits up to 30 s and a half between its attempts. */
  private static final Duration RECONNECT_LIMIT = Duration.ofSeconds(75);

  @Test
  void clientsSeeRenameExpiryAndDeletion(Lab lab) {
    var mesh = new Mesh(lab);
    mesh.server.admin("nodes", "rename", "b", "second").orThrow();
    Await.until(
        SECONDS,
        "the peer's new name",
        () -> mesh.a.peer(mesh.b).path("DNSName").asText().startsWith("second."));

    mesh.server.admin("nodes", "expire", "second").orThrow();
    Await.until(SECONDS, "the node to log out", () -> mesh.b.backendState().equals("NeedsLogin"));
    Await.until(
        SECONDS,
        "the peer to be marked as expired",
        () -> mesh.a.peer(mesh.b).path("Expired").asBoolean());

    mesh.server.admin("nodes", "expire", "second", "--disable").orThrow();
    mesh.b.awaitRunning();
    Meshes.reachEachOther(mesh.a, mesh.b);

    String address = mesh.b.ipv4();
    mesh.server.admin("nodes", "delete", "second").orThrow();
    Await.until(
        SECONDS, "the deleted node to log out", () -> mesh.b.backendState().equals("NeedsLogin"));
    Await.until(
        SECONDS,
        "the peer to forget it",
        () -> !mesh.a.status().path("Peer").toString().contains("\"" + address + "\""));
  }

  @Test
  void clientsComeBackToAKilledServer(Lab lab) {
    var mesh = new Mesh(lab);
    mesh.server.killAndRestart();
    Await.until(RECONNECT_LIMIT, "both clients to be online again", () -> mesh.online() == 2);
    Meshes.reachEachOther(mesh.a, mesh.b);
    assertThat(mesh.a.health()).isEmpty();
    assertThat(mesh.b.health()).isEmpty();
    assertThat(mesh.server.process().logText()).doesNotContain("WARN").doesNotContain("ERROR");
  }

  @Test
  void refusalsReachThePersonInTheirOwnWords(Lab lab) {
    MeshdServer server = MeshdServer.start(lab.addHost("server", Site.open()));
    TailscaleNode a = TailscaleNode.start(lab.addHost("a", Site.open()));
    TailscaleNode b = TailscaleNode.start(lab.addHost("b", Site.open()));
    String key = server.authKey();
    a.up(server.url(), key);
    assertThat(refusal(b, server, key)).contains("authkey already used");
    assertThat(refusal(b, server, "hskey-auth-nonsense")).contains("invalid pre auth key");
  }

  private static String refusal(TailscaleNode node, MeshdServer server, String key) {
    return node.cli(
            "up", "--reset", "--login-server=" + server.url(), "--authkey=" + key, "--timeout=10s")
        .describe();
  }

  /** Our server and two clients that are online. */
  private static final class Mesh {
    final MeshdServer server;
    final TailscaleNode a;
    final TailscaleNode b;

    Mesh(Lab lab) {
      server = MeshdServer.start(lab.addHost("server", Site.open()));
      a = TailscaleNode.start(lab.addHost("a", Site.open()));
      b = TailscaleNode.start(lab.addHost("b", Site.open()));
      a.up(server.url(), server.authKey());
      b.up(server.url(), server.authKey());
      a.awaitPeer(b);
      b.awaitPeer(a);
    }

    int online() {
      int count = 0;
      for (JsonNode node : Cli.json(server.admin("nodes", "list", "--json").orThrow().out())) {
        count += node.path("online").asBoolean() ? 1 : 0;
      }
      return count;
    }
  }
}
