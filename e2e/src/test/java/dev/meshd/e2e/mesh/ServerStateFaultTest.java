package dev.meshd.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.e2e.LabExtension;
import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.CommandResult;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.NatKind;
import dev.meshd.testkit.lab.Site;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Faults under a real server, and its way to another machine: nobody is forgotten. */
@ExtendWith(LabExtension.class)
class ServerStateFaultTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int KILLS = 5;

  @Test
  void killedAgainAndAgainWhileItIsWritten(Lab lab) throws Exception {
    MeshdServer server = MeshdServer.start(lab.addHost("server", Site.open()));
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> acknowledged = new ArrayList<>();
    AtomicBoolean stop = new AtomicBoolean();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; !stop.get(); i++) {
                    if (server.admin("users", "create", "user" + i).exitCode() == 0) {
                      acknowledged.add("user" + i);
                    }
                  }
                });
    for (int i = 0; i < KILLS; i++) {
      Thread.sleep(random.nextInt(400));
      server.killAndRestart();
    }
    stop.set(true);
    writer.join();
    List<String> found = new ArrayList<>();
    for (JsonNode user : Cli.json(server.admin("users", "list", "--json").orThrow().out())) {
      found.add(user.path("name").asText());
    }
    assertThat(acknowledged).as("written with seed %d", seed).isNotEmpty();
    assertThat(found).containsAll(acknowledged);
    System.out.printf(
        "kill -9: %d times under writes; all %d acknowledged users are there%n",
        KILLS, acknowledged.size());
  }

  @Test
  void aDiskThatIsFullAndAFileSystemThatTurnsReadOnly(Lab lab) throws Exception {
    LabHost host = lab.addHost("server", Site.open());
    Path data = host.directory().resolve("data");
    MeshdNode a = MeshdNode.start(lab.addHost("a", Site.open()));
    try (SmallDisk disk = SmallDisk.on(data)) {
      MeshdServer server = MeshdServer.start(host);
      String key = server.authKey("--reusable");
      disk.fill();
      String refused = fillDatabase(server);
      assertThat(refused).contains("disk is full").doesNotContain("\tat ");
      disk.makeRoom();
      a.up(server.url(), key);

      disk.fail();
      Cli.Outcome readOnly = server.admin("users", "create", "later");
      assertThat(readOnly.exitCode()).isEqualTo(1);
      assertThat(readOnly.err()).contains("the database failed").doesNotContain("\tat ");
      server.process().kill();
      StateFaultTest.assertOneSentence(second(host, data), "Read-only file system");
      disk.repair();
      server.restart();
      assertThat(nodes(server)).hasSize(1);
      Await.until(SOON, "the node to be back", () -> online(server) == 1);
      System.out.println(
          "server: on a full disk and a read-only one changes were refused in a sentence; with room"
              + " again everybody was there");
    }
  }

  @Test
  void startsThatEndInOneSentence(Lab lab) throws Exception {
    LabHost host = lab.addHost("server", Site.open());
    MeshdServer server = MeshdServer.start(host);
    StateFaultTest.assertOneSentence(
        second(host, server.data()),
        "another meshd server (process " + server.process().pid() + ")");
    Cli.Outcome restore =
        Cli.run("server", "restore", "/dev/null", "--data-dir", server.data().toString());
    assertThat(restore.err()).contains("another meshd server (process");
    server.process().stop();
    Path database = server.data().resolve("server.db");
    byte[] whole = Files.readAllBytes(database);
    Files.write(database, new byte[0]);
    StateFaultTest.assertOneSentence(second(host, server.data()), "is missing or empty, although");
    byte[] damaged = whole.clone();
    java.util.Arrays.fill(damaged, 4096, damaged.length, (byte) 7);
    Files.write(database, damaged);
    StateFaultTest.assertOneSentence(second(host, server.data()), "is damaged");
    assertThat(database).hasBinaryContent(damaged);
    Files.write(database, whole);
    server.restart();
    assertThat(server.admin("users", "list").orThrow().out()).contains("u1");
    System.out.println(
        "one sentence each: two servers, a restore under a running one, a lost database, a damaged"
            + " one");
  }

  /** Nodes of ours and, where it is installed, a real tailscaled. */
  @Test
  void aBackupMadeUnderLoadMovesTheServer(Lab lab) throws Exception {
    LabHost host = lab.addHost("server", Site.open());
    MeshdServer server = MeshdServer.start(host);
    String key = server.authKey("--reusable");
    Site site = Site.behind(NatKind.EASY).ipv4Only();
    List<Member> members = new ArrayList<>();
    members.add(MeshdNode.start(lab.addHost("a", site)));
    members.add(MeshdNode.start(lab.addHost("b", site)));
    if (Programs.find("tailscaled").isPresent()) {
      members.add(TailscaleNode.start(lab.addHost("t", site)));
    }
    for (Member member : members) {
      member.up(server.url(), key);
    }
    JsonNode before = nodes(server);

    AtomicBoolean stop = new AtomicBoolean();
    Thread load =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!stop.get()) {
                    server.authKey();
                  }
                });
    Path file = host.directory().resolve("mesh.backup");
    Cli.run("server", "backup", file.toString(), "--data-dir", server.data().toString()).orThrow();
    stop.set(true);
    load.join();

    server.process().stop();
    Path elsewhere = host.directory().resolve("elsewhere");
    Cli.run("server", "restore", file.toString(), "--data-dir", elsewhere.toString()).orThrow();
    server.moveTo(elsewhere);
    long log = Files.size(server.process().log());
    server.restart();
    Await.until(SOON, "all nodes to be back", () -> online(server) == members.size());
    assertThat(nodes(server).findValuesAsText("id")).isEqualTo(before.findValuesAsText("id"));
    assertThat(nodes(server).findValuesAsText("nodeKey"))
        .isEqualTo(before.findValuesAsText("nodeKey"));
    assertThat(server.process().logText().substring((int) log))
        .doesNotContain("joined")
        .doesNotContain("logged in with a new key");
    for (int i = 1; i < members.size(); i++) {
      Meshes.reachEachOther(members.get(0), members.get(i));
    }
    System.out.printf(
        "backup: made under load, restored elsewhere; %d nodes came back without a registration%n",
        members.size());
  }

  /** Writes until the database must grow; returns what is said then. */
  private static String fillDatabase(MeshdServer server) {
    for (int i = 0; i < 300; i++) {
      Cli.Outcome outcome = server.admin("users", "create", "filler" + i);
      if (outcome.exitCode() != 0) {
        return outcome.err();
      }
    }
    throw new AssertionError("a full disk took 300 users");
  }

  private static CommandResult second(LabHost host, Path data) {
    return host.command(
            Programs.service(
                "server",
                "--data-dir",
                data.toString(),
                "--socket",
                host.directory().resolve("second.sock").toString()))
        .limit(SOON)
        .run();
  }

  private static JsonNode nodes(MeshdServer server) {
    return Cli.json(server.admin("nodes", "list", "--json").orThrow().out());
  }

  private static long online(MeshdServer server) {
    return nodes(server).findValues("online").stream().filter(JsonNode::asBoolean).count();
  }
}
