package dev.meshd.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.e2e.Programs;
import dev.meshd.e2e.attack.ConnectionHoard;
import dev.meshd.e2e.attack.ControlAbuse;
import dev.meshd.e2e.attack.LyingNode;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import dev.meshd.testkit.lab.NatKind;
import dev.meshd.testkit.lab.Site;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The real server under clients that mean it harm: it stays up and small, counts what it refuses,
 * and honest nodes notice nothing.
 */
@ExtendWith(LabExtension.class)
class HostileControlTest {
  private static final Duration SOON = Duration.ofSeconds(40);

  /** Its heap has 192 MiB; the JVM's own memory and buffers outside the heap come on top. */
  private static final long MOST_MIB = 420;

  @Test
  void fiveThousandIdleAndSlowConnectionsKeepNobodyOut(Lab lab) throws Exception {
    ServerUnderAttack target = ServerUnderAttack.start(lab.addHost("server", Site.open()));
    MeshdServer server = target.server();
    MeshdNode first = MeshdNode.start(lab.addHost("first", Site.open()));
    first.up(server.url(), server.authKey());
    LabHost idleHost = lab.addHost("idle", Site.open());
    LabHost slowHost = lab.addHost("slow", Site.behind(NatKind.EASY));
    var before = target.load();

    LabProcess idle = hoard(idleHost, target, 8080, 3000, "idle");
    LabProcess slow = hoard(slowHost, target, 8080, 2000, "http");
    idle.awaitLog("opened 3000", SOON);
    slow.awaitLog("opened 2000", SOON);
    var during = target.load();

    long startNs = System.nanoTime();
    MeshdNode second = MeshdNode.start(lab.addHost("second", Site.open()));
    second.up(server.url(), server.authKey());
    Meshes.reachEachOther(first, second);
    double joinedAfter = (System.nanoTime() - startNs) / 1e9;

    Map<String, Double> counters = target.counters();
    double displaced =
        counters.get("meshd_connections_closed_total{port=\"control\",reason=\"displaced\"}");
    System.out.printf(
        "5,000 idle and slow connections: before %s; during %s%n"
            + "  displaced %.0f, strangers open %.0f, members %.0f; a new node joined and was reached"
            + " both ways in %.1f s, its start included%n",
        before,
        during,
        displaced,
        counters.get("meshd_connections_open{port=\"control\",standing=\"stranger\"}"),
        counters.get("meshd_connections_open{port=\"control\",standing=\"member\"}"),
        joinedAfter);
    assertThat(displaced).isGreaterThan(3000);
    assertThat(during.residentMib()).isLessThan(MOST_MIB);
    assertThat(during.threads()).isLessThan(before.threads() + 20);
    assertThat(server.process().isAlive()).isTrue();
    assertThat(server.process().logText()).doesNotContain("OutOfMemory").doesNotContain(" ERROR ");
  }

  @Test
  void faultsAtEveryLayerEndTheirConnectionAndNothingElse(Lab lab) throws Exception {
    ServerUnderAttack target = ServerUnderAttack.start(lab.addHost("server", Site.open()));
    var before = target.load();
    LabHost attacker = lab.addHost("attacker", Site.open());
    String report =
        attacker
            .command(
                Programs.java(ControlAbuse.class, target.host().ipv4(), "8080", target.noiseKey()))
            .limit(Duration.ofSeconds(120))
            .run()
            .orThrow()
            .out();
    var after = target.load();
    System.out.println(report + "server before " + before + "; after " + after);
    target.counters().forEach(HostileControlTest::printRefusal);
    assertThat(report).doesNotContain("BROKE").contains("nested JSON - held");
    assertThat(after.residentMib()).isLessThan(MOST_MIB);
    assertThat(target.counters().get("meshd_control_refused_total{reason=\"broken_channel\"}"))
        .isGreaterThan(3);

    // Nodes that mean well but lie in everything they say.
    MeshdServer server = target.server();
    server.admin("users", "create", "u2").orThrow();
    String other =
        server.admin("preauthkeys", "create", "--user", "u2", "--reusable").orThrow().out().strip();
    String lies =
        attacker
            .command(
                Programs.java(
                    LyingNode.class,
                    server.url(),
                    server.authKey("--reusable"),
                    other,
                    server.authKey()))
            .limit(Duration.ofSeconds(90))
            .run()
            .orThrow()
            .out();
    System.out.println(lies);
    target.counters().forEach(HostileControlTest::printRefusal);
    assertThat(lies).doesNotContain("BROKE").contains("the other is still there - held");
    assertThat(target.counters().get("meshd_control_refused_total{reason=\"wrong_machine\"}"))
        .isEqualTo(3);
    assertThat(server.admin("nodes", "list").orThrow().out().chars())
        .as("what an administrator's terminal gets")
        .noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\r');
    assertThat(server.process().logText()).doesNotContain("OutOfMemory").doesNotContain(" ERROR ");
  }

  private static void printRefusal(String name, double count) {
    boolean refusal = name.contains("_refused_") || name.contains("_closed_");
    if (refusal && count > 0) {
      System.out.printf("  %s %.0f%n", name, count);
    }
  }

  private static LabProcess hoard(
      LabHost from, ServerUnderAttack target, int port, int count, String kind) {
    return from.command(
            Programs.java(
                ConnectionHoard.class,
                target.host().ipv4(),
                Integer.toString(port),
                Integer.toString(count),
                "60",
                kind))
        .start(kind);
  }
}
