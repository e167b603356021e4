package dev.meshd.e2e.tun;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.e2e.LabExtension;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.CommandResult;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The TUN device and its configuration, in a host of the lab. */
@ExtendWith(LabExtension.class)
class TunDeviceTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String CONFIG =
      "set 100.64.0.1/32 fd7a:115c:a1e0::1/128 via 100.64.0.2/32 fd7a:115c:a1e0::/48 10.9.0.0/16";

  @Test
  void packetsOfBothFamiliesGoThroughAndBack(Lab lab) throws IOException {
    LabHost host = lab.addHost("a", Site.open());
    try (Echo echo = new Echo(host)) {
      echo.configure(CONFIG);
      assertThat(host.canPing("100.64.0.2")).isTrue();
      assertThat(host.canPing("fd7a:115c:a1e0::99")).isTrue();
      assertThat(host.canPing("10.9.200.1")).isTrue();
      assertThat(host.canPing("100.64.0.3")).as("no route").isFalse();
      assertThat(out(host, "ip", "link", "show", "meshd0")).contains("mtu 1280").contains("UP");
      assertThat(host.run("ping", "-c1", "-W2", "-Mdo", "-s1252", "100.64.0.2").succeeded())
          .as("a packet of the MTU")
          .isTrue();
      assertThat(host.run("ping", "-c1", "-W2", "-Mdo", "-s1253", "100.64.0.2").succeeded())
          .isFalse();
    }
  }

  @Test
  void aNewConfigurationReplacesWhatIsOursAndNothingElse(Lab lab) throws IOException {
    LabHost host = lab.addHost("a", Site.open());
    try (Echo echo = new Echo(host)) {
      echo.configure(CONFIG);
      host.run("ip", "addr", "add", "192.0.2.9/32", "dev", "meshd0").orThrow();
      host.run("ip", "addr", "add", "100.99.9.9/32", "dev", "meshd0").orThrow();
      host.run("ip", "route", "add", "192.0.2.64/26", "dev", "meshd0").orThrow();
      echo.configure("set 100.64.0.7/32 via 100.64.0.8/32");
      assertThat(out(host, "ip", "-o", "addr", "show", "dev", "meshd0"))
          .contains("100.64.0.7/32")
          .contains("192.0.2.9/32")
          .doesNotContain("100.64.0.1/32")
          .doesNotContain("fd7a:115c:a1e0::1/128")
          .as("left in the overlay's range by someone")
          .doesNotContain("100.99.9.9");
      assertThat(out(host, "ip", "route", "show", "dev", "meshd0"))
          .contains("100.64.0.8")
          .contains("192.0.2.64/26")
          .doesNotContain("100.64.0.2")
          .doesNotContain("10.9.0.0");
      assertThat(out(host, "ip", "-6", "route", "show", "dev", "meshd0"))
          .doesNotContain("fd7a:115c:a1e0::/48");
      assertThat(host.canPing("100.64.0.8")).isTrue();
    }
  }

  @Test
  void whatWasDeletedByOthersIsPutBack(Lab lab) throws IOException {
    LabHost host = lab.addHost("a", Site.open());
    try (Echo echo = new Echo(host)) {
      echo.configure(CONFIG);
      host.run("ip", "addr", "flush", "dev", "meshd0").orThrow();
      host.run("ip", "link", "set", "meshd0", "down").orThrow();
      assertThat(host.canPing("100.64.0.2")).isFalse();
      echo.configure(CONFIG);
      assertThat(host.canPing("100.64.0.2")).isTrue();
      assertThat(host.canPing("fd7a:115c:a1e0::2")).isTrue();
    }
  }

  @Test
  void configuringWithoutIpv6StillGivesIpv4(Lab lab) throws IOException {
    LabHost host = lab.addHost("a", Site.open());
    try (Echo echo = new Echo(host)) {
      host.run("sysctl", "-qw", "net.ipv6.conf.meshd0.disable_ipv6=1").orThrow();
      echo.configure(CONFIG);
      assertThat(host.canPing("100.64.0.2")).isTrue();
    }
  }

  @Test
  void closeWakesTheReaderAndRemovesTheInterface(Lab lab) throws IOException {
    LabHost host = lab.addHost("a", Site.open());
    try (Echo echo = new Echo(host)) {
      echo.configure(CONFIG);
      echo.command("close");
      echo.process.awaitLog("reader left", LIMIT);
      assertThat(echo.process.awaitExit(LIMIT)).isZero();
      assertThat(exists(host)).isFalse();
    }
  }

  @Test
  void aKilledProcessLeavesNoInterfaceAndNoRoute(Lab lab) throws IOException {
    LabHost host = lab.addHost("a", Site.open());
    try (Echo echo = new Echo(host)) {
      echo.configure(CONFIG);
      echo.process.kill();
      Await.until(LIMIT, "the interface to go", () -> !exists(host));
      assertThat(out(host, "ip", "route")).doesNotContain("100.64.0.2");
    }
    try (Echo second = new Echo(host)) {
      second.configure(CONFIG);
      assertThat(host.canPing("100.64.0.2")).isTrue();
    }
  }

  @Test
  void aStaleInterfaceIsRemovedAndOneOfAnotherKindLeftAlone(Lab lab) {
    LabHost host = lab.addHost("a", Site.open());
    assertThat(tool(host, "remove", "meshd0").out()).contains("ABSENT");
    host.run("ip", "tuntap", "add", "dev", "meshd0", "mode", "tun").orThrow();
    assertThat(tool(host, "remove", "meshd0").out()).contains("REMOVED");
    assertThat(exists(host)).isFalse();
    host.run("ip", "link", "add", "meshd0", "type", "veth", "peer", "name", "v1").orThrow();
    assertThat(tool(host, "remove", "meshd0").out()).contains("NOT_OURS");
    assertThat(exists(host)).isTrue();
  }

  @Test
  void whyAnInterfaceCannotBeMadeIsOneSentence(Lab lab) throws IOException {
    LabHost host = lab.addHost("a", Site.open());
    try (Echo echo = new Echo(host)) {
      assertThat(refusal(tool(host, "echo", "meshd0", "1280", echo.commands.toString())))
          .isEqualTo("the network interface meshd0 is in use by another running process");
    }
    List<String> withoutRights = new ArrayList<>(List.of("setpriv", "--bounding-set=-net_admin"));
    withoutRights.addAll(program("echo", "meshd1", "1280", "/dev/null"));
    assertThat(refusal(host.command(withoutRights).run()))
        .isEqualTo(
            "creating the network interface meshd1 is not permitted: this process lacks the"
                + " CAP_NET_ADMIN capability");
    host.run("ip", "link", "add", "meshd2", "type", "veth", "peer", "name", "v2").orThrow();
    assertThat(refusal(tool(host, "echo", "meshd2", "1280", "/dev/null")))
        .isEqualTo("the name meshd2 belongs to a network interface of another kind");
  }

  private static String refusal(CommandResult result) {
    assertThat(result.exitCode()).as(result.describe()).isEqualTo(1);
    assertThat(result.err()).isEmpty();
    return result.out().strip();
  }

  private static boolean exists(LabHost host) {
    return host.run("ip", "link", "show", "meshd0").succeeded();
  }

  private static String out(LabHost host, String... command) {
    return host.run(command).orThrow().out();
  }

  private static CommandResult tool(LabHost host, String... arguments) {
    return host.command(program(arguments)).run();
  }

  static List<String> program(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx64m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), TunTool.class.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** A running {@code echo} and the FIFO that configures it. */
  private static final class Echo implements AutoCloseable {
    private final Path commands;
    private final LabProcess process;
    private int configured;

    Echo(LabHost host) throws IOException {
      commands = Files.createTempDirectory(host.directory(), "echo").resolve("commands");
      host.run("mkfifo", commands.toString()).orThrow();
      String[] words =
          program("echo", "meshd0", "1280", commands.toString()).toArray(String[]::new);
      process = host.start(commands.getParent().getFileName().toString(), words);
      process.awaitLog("ready", LIMIT);
    }

    void configure(String line) throws IOException {
      command(line);
      configured++;
      process.awaitLog("(done\\s+){" + configured + "}", LIMIT);
    }

    void command(String line) throws IOException {
      Files.writeString(commands, line + "\n");
    }

    @Override
    public void close() {
      process.close();
    }
  }
}
