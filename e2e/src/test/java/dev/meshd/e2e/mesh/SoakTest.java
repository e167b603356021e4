package dev.meshd.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.e2e.mesh.ProcessGrowth.Sample;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.NatKind;
import dev.meshd.testkit.lab.Site;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A mesh that works for a long time: traffic all along, directly and by relay, a node that comes
 * and goes, clients that ask; nothing may grow. Runs for {@code -Dmeshd.soak.minutes}, by {@code
 * ./test soak MINUTES}.
 */
@ExtendWith(LabExtension.class)
@EnabledIfSystemProperty(
    named = "meshd.soak.minutes",
    matches = "[1-9][0-9]*",
    disabledReason = "takes long; run by ./test soak MINUTES")
class SoakTest {
  private static final Duration LENGTH =
      Duration.ofMinutes(Integer.getInteger("meshd.soak.minutes", 30));
  private static final Duration SAMPLE_EVERY = Duration.ofSeconds(5);
  private static final int VISITOR_EVERY_SAMPLES = 9;

  /** The collector may leave this much more garbage in one third than in the one before. */
  private static final long SLACK_KIB = 16 * 1024;

  @Test
  void nothingGrows(Lab lab) throws InterruptedException {
    MeshdServer server = MeshdServer.start(lab.addHost("server", Site.open()));
    String authKey = server.authKey("--reusable");
    MeshdNode a = node(lab, "a", NatKind.EASY, server, authKey);
    MeshdNode b = node(lab, "b", NatKind.EASY, server, authKey);
    MeshdNode relayed = node(lab, "relayed", NatKind.HARD, server, authKey);
    MeshdNode visitor = node(lab, "visitor", NatKind.NONE, server, authKey);
    Meshes.reachEachOther(a, b);
    Meshes.goDirect(a, b);
    Meshes.reachEachOther(a, relayed);

    stream(a, b, "40M");
    stream(a, relayed, "4M");
    List<ProcessGrowth> all =
        Stream.of(server.process(), a.daemon(), b.daemon(), relayed.daemon())
            .map(ProcessGrowth::new)
            .toList();
    int visits = 0;
    long endNs = System.nanoTime() + LENGTH.toNanos();
    for (int i = 0; System.nanoTime() - endNs < 0; i++) {
      Thread.sleep(SAMPLE_EVERY);
      all.forEach(ProcessGrowth::sample);
      assertThat(a.host().canPing(b.ipv4())).as("a reaches b").isTrue();
      assertThat(a.host().canPing(relayed.ipv4())).as("a reaches the relayed node").isTrue();
      a.status();
      if (i % VISITOR_EVERY_SAMPLES == 0) {
        visitor.cli(visits++ % 2 == 0 ? "down" : "up").orThrow();
      }
    }
    System.out.printf("soak: %d minutes, %d visits%n", LENGTH.toMinutes(), visits / 2);
    all.forEach(process -> System.out.print(process.table()));
    for (ProcessGrowth process : all) {
      hasNotGrown(process);
    }
  }

  private static void hasNotGrown(ProcessGrowth process) {
    assertThat(process.median(2, Sample::residentKib))
        .as("%s: memory", process.name())
        .isLessThanOrEqualTo(process.median(1, Sample::residentKib) * 11 / 10 + SLACK_KIB);
    assertThat(process.max(2, Sample::threads))
        .as("%s: threads", process.name())
        .isLessThanOrEqualTo(process.max(1, Sample::threads) + 2);
    assertThat(process.max(2, Sample::files))
        .as("%s: descriptors", process.name())
        .isLessThanOrEqualTo(process.max(1, Sample::files) + 4);
    assertThat(process.gained(2, Sample::logLines))
        .as("%s: log lines", process.name())
        .isLessThanOrEqualTo(process.gained(1, Sample::logLines) + 20);
  }

  private static MeshdNode node(
      Lab lab, String name, NatKind nat, MeshdServer server, String authKey) {
    MeshdNode node = MeshdNode.start(lab.addHost(name, Site.behind(nat).ipv4Only()));
    node.up(server.url(), authKey);
    return node;
  }

  /** A TCP stream of a fixed rate for the whole run, and a little more. */
  private static void stream(Member from, Member to, String bitsPerSecond) {
    LabHost receiver = to.host();
    receiver
        .start("iperf3-server", "iperf3", "-s", "--forceflush", "-B", to.ipv4())
        .awaitLog("listening", Duration.ofSeconds(20));
    from.host()
        .start(
            "iperf3-to-" + receiver.name(),
            "iperf3",
            "-c",
            to.ipv4(),
            "-b",
            bitsPerSecond,
            "-t",
            Long.toString(LENGTH.toSeconds() + 600),
            "-i",
            "60");
  }
}
