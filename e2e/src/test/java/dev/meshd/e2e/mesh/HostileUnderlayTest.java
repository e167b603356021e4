package dev.meshd.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.e2e.LabExtension;
import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import dev.meshd.testkit.lab.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Strangers flood a node's underlay socket while it talks to a peer directly. The session keeps its
 * traffic, memory stays flat, every datagram is counted, and the log says nothing.
 */
@ExtendWith(LabExtension.class)
class HostileUnderlayTest {
  private static final int PER_SECOND = 10_000;
  private static final int SECONDS = 7;
  private static final double KEPT_PERCENT = 90;
  private static final long FLAT_KIB = 24 * 1024;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** The rest is lost between the hosts of a busy machine, where nobody counts. */
  private static final double COUNTED = 0.95;

  private static final Pattern IGNORED =
      Pattern.compile("(?m)^meshd_(?:ignored_disco|dropped_packets)_total\\{.*} (\\d+)$");
  private static final Pattern KERNEL_UDP = Pattern.compile("(?m)^Udp: (\\d+ ){4}(\\d+) .*$");

  @Test
  void anEstablishedSessionKeepsItsTrafficUnderFloodsOfDiscoAndStun(Lab lab) throws IOException {
    Programs.require("iperf3");
    MeshdServer server = MeshdServer.start(lab.addHost("server", Site.open()));
    String authKey = server.authKey("--reusable");
    MeshdNode victim = MeshdNode.start(lab.addHost("victim", Site.open().ipv4Only()));
    MeshdNode friend = MeshdNode.start(lab.addHost("friend", Site.open().ipv4Only()));
    LabHost stranger = lab.addHost("stranger", Site.open().ipv4Only());
    victim.up(server.url(), authKey);
    friend.up(server.url(), authKey);
    Meshes.reachEachOther(victim, friend);
    Meshes.goDirect(friend, victim);
    Meshes.goDirect(victim, friend);
    String[] target = friend.peer(victim).path("CurAddr").asText().split(":");
    String peersKey = discoKeyOf(server, friend);

    flood("strangers", stranger, target, peersKey, victim, friend, "unknown", "stun");
    long before = residentKib(victim.daemon());
    flood("a peer's key", stranger, target, peersKey, victim, friend, "known", "truncated");
    long grownKib = residentKib(victim.daemon()) - before;

    System.out.printf("  memory grew by %d KiB over the second flood%n", grownKib);
    assertThat(grownKib).isLessThan(FLAT_KIB);
    Meshes.goDirect(friend, victim);
    assertThat(
            victim
                .daemon()
                .logText()
                .lines()
                .filter(l -> l.contains("WARN") || l.contains("ERROR")))
        .isEmpty();
  }

  /** Floods while the friend sends 4 Mbit/s; fails unless 90 % of it arrive. */
  private static void flood(
      String what,
      LabHost stranger,
      String[] target,
      String peersKey,
      MeshdNode victim,
      MeshdNode friend,
      String... kinds)
      throws IOException {
    long ignoredBefore = ignored(victim);
    long overflowBefore = overflow(victim);
    LabProcess receiver =
        victim.host().start("iperf3", "iperf3", "-s", "-1", "--forceflush", "-B", victim.ipv4());
    receiver.awaitLog("listening", LIMIT);
    List<String> arguments =
        new ArrayList<>(List.of(target[0], target[1], "" + PER_SECOND, "" + SECONDS, peersKey));
    arguments.addAll(List.of(kinds));
    LabProcess attack =
        stranger
            .command(Programs.java(UnderlayFlood.class, arguments.toArray(String[]::new)))
            .start("flood");
    String report =
        friend
            .host()
            .command(
                "iperf3",
                "-c",
                victim.ipv4(),
                "-u",
                "-b",
                "4M",
                "-l",
                "1000",
                "-t",
                "" + SECONDS,
                "-J")
            .limit(LIMIT)
            .run()
            .orThrow()
            .out();
    double kept = 100 - Cli.json(report).path("end").path("sum").path("lost_percent").asDouble(100);
    long sent = Long.parseLong(attack.awaitLog("sent (\\d+)", LIMIT).group(1));
    long ignored = ignored(victim) - ignoredBefore;
    long overflow = overflow(victim) - overflowBefore;
    System.out.printf(
        "flood of %s with %s: %d datagrams sent, %d ignored and counted by the node, %d dropped by"
            + " the kernel; the session kept %.1f %% of 4 Mbit/s%n",
        what, String.join(" and ", kinds), sent, ignored, overflow, kept);
    assertThat(sent).as("datagrams of the flood").isGreaterThan(PER_SECOND * SECONDS * 8L / 10);
    assertThat(kept).isGreaterThanOrEqualTo(KEPT_PERCENT);
    assertThat(ignored + overflow)
        .as("accounted for")
        .isGreaterThanOrEqualTo((long) (sent * COUNTED));
    assertThat(ignored).as("counted once").isLessThanOrEqualTo((long) (sent / COUNTED));
  }

  /** UDP datagrams that found a full socket buffer, as the kernel of the host tells. */
  private static long overflow(MeshdNode node) {
    Matcher line =
        KERNEL_UDP.matcher(node.host().command("cat", "/proc/net/snmp").run().orThrow().out());
    assertThat(line.find()).isTrue();
    return Long.parseLong(line.group(2));
  }

  /** All datagrams ignored or dropped, as the daemon's metrics tell. */
  private static long ignored(MeshdNode node) {
    Matcher line = IGNORED.matcher(node.cli("metrics").orThrow().out());
    long sum = 0;
    while (line.find()) {
      sum += Long.parseLong(line.group(1));
    }
    return sum;
  }

  private static String discoKeyOf(MeshdServer server, MeshdNode node) {
    String name = node.host().name();
    for (JsonNode entry : Cli.json(server.admin("nodes", "list", "--json").orThrow().out())) {
      if (entry.toString().contains("\"" + name + "\"")) {
        return entry.path("discoKey").asText().substring("discokey:".length());
      }
    }
    throw new AssertionError("the server does not list " + name);
  }

  private static long residentKib(LabProcess process) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new AssertionError("no VmRSS of " + process.name());
  }
}
