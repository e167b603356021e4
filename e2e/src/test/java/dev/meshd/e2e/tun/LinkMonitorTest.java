package dev.meshd.e2e.tun;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import dev.meshd.testkit.lab.Site;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The link monitor in a host whose network changes. */
@ExtendWith(LabExtension.class)
class LinkMonitorTest {
  private static final Duration START_LIMIT = Duration.ofSeconds(20);

  /** What a roaming node may take to notice. */
  private static final Duration NOTICE_LIMIT = Duration.ofSeconds(2);

  @Test
  void changesAreToldWithinTwoSeconds(Lab lab) {
    LabHost host = lab.addHost("a", Site.open());
    LabProcess monitor = start(host);
    host.run("ip", "addr", "add", "198.51.100.7/24", "dev", "eth0").orThrow();
    monitor.awaitLog("changed to .*198\\.51\\.100\\.7/24", NOTICE_LIMIT);
    host.renumber();
    monitor.awaitLog("changed to .*" + host.ipv4().replace(".", "\\.") + "/", NOTICE_LIMIT);
    host.run("ip", "link", "set", "eth0", "down").orThrow();
    monitor.awaitLog("name=eth0, usable=false", NOTICE_LIMIT);
  }

  @Test
  void theOwnInterfaceAndPassingNoiseAreNotTold(Lab lab) {
    LabHost host = lab.addHost("a", Site.open());
    LabProcess monitor = start(host);
    host.run("ip", "tuntap", "add", "dev", "meshd0", "mode", "tun").orThrow();
    host.run("ip", "link", "set", "meshd0", "up").orThrow();
    host.run("ip", "addr", "add", "100.64.0.1/32", "dev", "meshd0").orThrow();
    host.run("ip", "route", "add", "100.64.0.2/32", "dev", "meshd0").orThrow();
    host.run("ip", "route", "add", "203.0.113.77/32", "dev", "eth0").orThrow();
    host.run("ip", "addr", "add", "198.51.100.7/24", "dev", "eth0").orThrow();
    monitor.awaitLog("changed to .*198\\.51\\.100\\.7/24", NOTICE_LIMIT);
    assertThat(monitor.logText()).containsOnlyOnce("changed to").doesNotContain("meshd0");
  }

  private static LabProcess start(LabHost host) {
    String[] words = TunDeviceTest.program("monitor", "meshd0").toArray(String[]::new);
    LabProcess monitor = host.start("monitor", words);
    monitor.awaitLog("watching", START_LIMIT);
    return monitor;
  }
}
