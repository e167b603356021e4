package dev.meshd.e2e.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.cli.Meshd;
import dev.meshd.e2e.LabExtension;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Our units under a real systemd: hardening, readiness, status line, watchdog, end. */
@ExtendWith(LabExtension.class)
class SystemdUnitTest {
  private static final String AGENT = "meshd.service";
  private static final String SERVER = "meshd-server.service";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void bothServicesWorkUnderTheirHardeningAndTheWatchdogRevivesAFrozenDaemon(Lab lab)
      throws IOException {
    LabHost host = lab.addHost("box", Site.open());
    try (var systemd = PrivateSystemd.start(host)) {
      systemd.configure(
          SERVER,
          "[Service]\nEnvironment=MESHD_SERVER_FLAGS=--server-url=http://"
              + host.ipv4()
              + ":8080\n");
      systemd.configure(AGENT, "[Service]\nWatchdogSec=9\n");

      systemd.systemctl("start", SERVER).orThrow();
      assertThat(systemd.property(SERVER, "StatusText")).startsWith("Serving http://");
      String adminSocket = systemd.seen("/run/meshd-server/server.sock").toString();
      meshd("server", "users", "create", "u1", "--socket", adminSocket);
      String key =
          meshd("server", "preauthkeys", "create", "--user", "u1", "--socket", adminSocket).strip();

      systemd.systemctl("start", AGENT).orThrow(); // returns when the daemon has said READY=1
      Await.until(
          LIMIT,
          "the status line to say what is needed",
          () -> systemd.property(AGENT, "StatusText").startsWith("Needs login"));
      String socket = systemd.seen("/run/meshd/meshd.sock").toString();
      meshd(
          "up",
          "--socket",
          socket,
          "--login-server",
          "http://" + host.ipv4() + ":8080",
          "--authkey",
          key);
      Await.until(
          LIMIT,
          "the status line to say so",
          () -> systemd.property(AGENT, "StatusText").startsWith("Connected; u1"));
      Await.until(
          LIMIT,
          "the server's too",
          () -> systemd.property(SERVER, "StatusText").contains("1 nodes, 1 connected"));
      String address = meshd("ip", "-4", "--socket", socket).strip();
      assertThat(host.run("ip", "-4", "address", "show", "meshd0").out()).contains(address);
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(systemd.seen("/var/lib/meshd"))))
          .isEqualTo("rwx------");
      System.out.println("systemd: " + systemd.property(AGENT, "StatusText"));
      System.out.println("systemd: " + systemd.property(SERVER, "StatusText"));

      String frozen = systemd.property(AGENT, "MainPID");
      systemd.systemctl("kill", "--signal=STOP", AGENT).orThrow();
      Await.until(
          LIMIT,
          "the watchdog to replace the frozen daemon",
          () ->
              systemd.property(AGENT, "NRestarts").equals("1")
                  && systemd.property(AGENT, "ActiveState").equals("active"));
      assertThat(systemd.property(AGENT, "MainPID")).isNotEqualTo(frozen);
      Await.until(
          LIMIT,
          "the new daemon to be connected",
          () -> systemd.property(AGENT, "StatusText").startsWith("Connected; u1"));
      assertThat(meshd("ip", "-4", "--socket", socket).strip()).isEqualTo(address);
      System.out.println("systemd: the watchdog replaced the frozen daemon; same node, connected");

      systemd.systemctl("stop", AGENT, SERVER).orThrow();
      assertThat(systemd.property(AGENT, "Result")).isEqualTo("success");
      assertThat(systemd.property(SERVER, "Result")).isEqualTo("success");
      assertThat(host.run("ip", "-o", "link", "show").out()).doesNotContain("meshd0");
      assertThat(systemd.log(SERVER)).doesNotContain(" ERROR ");
    }
  }

  /** Runs a client command in this process and returns what it prints. */
  private static String meshd(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code = Meshd.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    assertThat(code).as("%s%s", err, out).isZero();
    return out.toString();
  }
}
