package dev.meshd.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.e2e.OrdinaryUser;
import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.CommandResult;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.Site;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Faults of the disk under a real daemon: it works on, or says one sentence. */
@ExtendWith(LabExtension.class)
class StateFaultTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int KILLS = 5;

  @Test
  void killedInTheMiddleOfUpAgainAndAgain(Lab lab) throws Exception {
    MeshdServer server = MeshdServer.start(lab.addHost("server", Site.open()));
    MeshdNode a = MeshdNode.start(lab.addHost("a", Site.open()));
    String singleUse = server.authKey();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < KILLS; i++) {
      Thread up =
          Thread.ofVirtual()
              .start(
                  () ->
                      a.cli(
                          "up",
                          "--login-server",
                          server.url(),
                          "--authkey",
                          singleUse,
                          "--timeout",
                          "5s"));
      Thread.sleep(random.nextInt(900));
      a.killAndRestart();
      up.join();
    }
    a.up(server.url(), singleUse);
    a.awaitRunning();
    assertThat(nodes(server)).as("nodes after kills with seed %d", seed).isEqualTo(1);
    System.out.printf(
        "kill -9: %d times in the middle of 'up' with one single-use key; one node, connected%n",
        KILLS);
  }

  @Test
  void aDiskThatIsFull(Lab lab) throws Exception {
    MeshdServer server = MeshdServer.start(lab.addHost("server", Site.open()));
    LabHost host = lab.addHost("a", Site.open());
    try (SmallDisk disk = SmallDisk.on(host.directory().resolve("state"))) {
      MeshdNode a = MeshdNode.start(host);
      disk.fill();
      String singleUse = server.authKey();
      Cli.Outcome refused =
          a.cli("up", "--login-server", server.url(), "--authkey", singleUse, "--timeout", "10s");
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err()).contains("No space left on device").doesNotContain("\tat ");
      assertThat(nodes(server)).as("nodes the server has heard of").isZero();

      disk.makeRoom();
      a.up(server.url(), singleUse);
      a.awaitRunning();
      String address = a.ipv4();

      disk.fill();
      rename(a, server);
      awaitHealth(a, "No space left on device");
      a.killAndRestart();
      a.awaitRunning();
      assertThat(a.ipv4()).isEqualTo(address);

      disk.makeRoom();
      rename(a, server);
      awaitHealthy(a);
      a.killAndRestart();
      a.awaitRunning();
      assertThat(a.status().path("Self").path("HostName").asText()).isEqualTo("renamed");
      System.out.println(
          "disk full: a login was refused without using its key; a running node went on, said so,"
              + " and came back as itself from a full disk");
    }
  }

  @Test
  void aFileSystemThatTurnsReadOnly(Lab lab) throws Exception {
    MeshdServer server = MeshdServer.start(lab.addHost("server", Site.open()));
    LabHost host = lab.addHost("a", Site.open());
    try (SmallDisk disk = SmallDisk.on(host.directory().resolve("state"))) {
      MeshdNode a = MeshdNode.start(host);
      a.up(server.url(), server.authKey());
      String address = a.ipv4();
      disk.fail();
      rename(a, server);
      awaitHealth(a, "Read-only file system");
      assertThat(a.backendState()).isEqualTo("Running");
      a.daemon().kill();
      assertOneSentence(start(host, a.state()), "Read-only file system");
      disk.repair();
      a.restart();
      a.awaitRunning();
      assertThat(a.ipv4()).isEqualTo(address);
      System.out.println(
          "read-only: the running node went on and said so; a start was one sentence; writable"
              + " again, it is the same node");
    }
  }

  @Test
  void startsThatEndInOneSentence(Lab lab) throws Exception {
    LabHost host = lab.addHost("a", Site.open());
    MeshdNode a = MeshdNode.start(host);
    assertOneSentence(
        start(host, a.state()), "another meshd daemon (process " + a.daemon().pid() + ")");
    a.stop();

    Path file = a.state().resolve("meshd.state");
    String whole = Files.readString(file);
    Files.writeString(file, whole.replace("\"version\": 1", "\"version\": 2"));
    assertOneSentence(start(host, a.state()), "was written by a newer meshd");

    Files.writeString(file, whole.substring(0, 100));
    Files.writeString(a.state().resolve("meshd.state.copy"), "");
    assertOneSentence(start(host, a.state()), "is damaged (it is not JSON");
    assertThat(file).hasContent(whole.substring(0, 100));

    CommandResult nobody =
        host.command(OrdinaryUser.java(daemon(a.state(), "/tmp/meshd-state-fault.sock")))
            .limit(SOON)
            .run();
    assertOneSentence(nobody, "permission denied");
    System.out.println(
        "one sentence each: two daemons, a newer state, a damaged one, another user's");
  }

  private static void rename(MeshdNode node, MeshdServer server) {
    node.cli("up", "--login-server", server.url(), "--hostname", "renamed").orThrow();
  }

  private static CommandResult start(LabHost host, Path state) {
    return host.command(daemon(state, host.directory().resolve("second.sock").toString()))
        .limit(SOON)
        .run();
  }

  private static List<String> daemon(Path state, String socket) {
    return Programs.service("daemon", "--socket", socket, "--statedir", state.toString());
  }

  static void assertOneSentence(CommandResult result, String words) {
    assertThat(result.exitCode()).as(result.describe()).isEqualTo(1);
    List<String> said =
        Stream.of(result.err().split("\n"))
            .filter(line -> line.startsWith("meshd: ") || line.contains(words))
            .toList();
    assertThat(result.err()).as(result.describe()).contains(words).doesNotContain("\tat ");
    assertThat(said).as(result.describe()).hasSize(1);
  }

  private static void awaitHealth(MeshdNode node, String words) {
    Await.until(
        SOON,
        "the status to say " + words,
        () -> node.status().path("Health").toString().contains(words));
  }

  private static void awaitHealthy(MeshdNode node) {
    Await.until(
        SOON,
        "the status to say nothing of the state",
        () -> !node.status().path("Health").toString().contains("lost at a restart"));
  }

  private static int nodes(MeshdServer server) {
    return Cli.json(server.admin("nodes", "list", "--json").orThrow().out()).size();
  }
}
