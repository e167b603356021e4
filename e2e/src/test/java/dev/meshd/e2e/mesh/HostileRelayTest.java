package dev.meshd.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.e2e.Programs;
import dev.meshd.e2e.attack.ConnectionHoard;
import dev.meshd.e2e.attack.RelayAbuse;
import dev.meshd.e2e.attack.RelayPair;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import dev.meshd.testkit.lab.Site;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The real relay under strangers and members that mean it harm, while two honest nodes talk through
 * it.
 */
@ExtendWith(LabExtension.class)
class HostileRelayTest {
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final long MOST_MIB = 420;
  private static final String PORT = "8443";

  @Test
  void attacksOnEveryLayerDoNotDisturbThoseWhoTalk(Lab lab) throws Exception {
    ServerUnderAttack target = ServerUnderAttack.start(lab.addHost("server", Site.open()));
    MeshdServer server = target.server();
    String authKey = server.authKey("--reusable");
    String address = target.host().ipv4();
    LabProcess pair =
        lab.addHost("honest", Site.open())
            .command(Programs.java(RelayPair.class, server.url(), authKey, "25"))
            .start("pair");
    pair.awaitLog("connected", SOON);
    var before = target.load();

    LabHost hoarder = lab.addHost("hoarder", Site.open());
    LabProcess slow =
        hoarder
            .command(Programs.java(ConnectionHoard.class, address, PORT, "2000", "30", "tls"))
            .start("slow");
    slow.awaitLog("opened 2000", SOON);
    var during = target.load();
    String report =
        lab.addHost("attacker", Site.open())
            .command(
                Programs.java(
                    RelayAbuse.class,
                    address,
                    PORT,
                    server.url(),
                    authKey,
                    Long.toString(ServerUnderAttack.RELAY_BYTES_PER_SECOND)))
            .limit(Duration.ofSeconds(90))
            .run()
            .orThrow()
            .out();
    Matcher honest =
        pair.awaitLog("received (\\d+) of (\\d+), longest gap (\\d+) ms, reconnects (\\d+)", SOON);
    var after = target.load();

    System.out.println(report + "2,000 slow TLS handshakes beside it");
    System.out.println("server before " + before + "; during " + during + "; after " + after);
    Map<String, Double> counters = target.counters();
    counters.forEach(
        (name, count) -> {
          if (count > 0 && (name.contains("relay") || name.contains("_closed_"))) {
            System.out.printf("  %s %.0f%n", name, count);
          }
        });
    System.out.println("honest nodes meanwhile: " + honest.group());
    assertThat(report).doesNotContain("BROKE").contains("never goes on - held");
    assertThat(Integer.parseInt(honest.group(1)))
        .as("packets that arrived")
        .isGreaterThan(Integer.parseInt(honest.group(2)) * 95 / 100);
    assertThat(honest.group(4)).as("reconnects").isEqualTo("0");
    assertThat(during.residentMib()).isLessThan(MOST_MIB);
    assertThat(after.residentMib()).isLessThan(MOST_MIB);
    assertThat(counters.get("meshd_relay_write_timeouts_total")).isPositive();
    assertThat(counters.get("meshd_relay_receive_waits_total")).isPositive();
    assertThat(counters.get("meshd_relay_failures_total{reason=\"not_admitted\"}")).isPositive();
    assertThat(server.process().logText()).doesNotContain("OutOfMemory").doesNotContain(" ERROR ");
  }
}
