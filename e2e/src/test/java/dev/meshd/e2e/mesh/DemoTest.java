package dev.meshd.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.e2e.LabExtension;
import dev.meshd.e2e.OrdinaryUser;
import dev.meshd.e2e.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code meshd demo} does what it says, as root and as an ordinary user, and leaves nothing. */
@ExtendWith(LabExtension.class)
class DemoTest {
  @Test
  void showsRelayThenDirectAndCleansUp() throws Exception {
    JsonNode report = demo();
    assertThat(report.path("ok").asBoolean()).as(report.toPrettyString()).isTrue();
    assertThat(report.findValuesAsText("step"))
        .containsSubsequence("lab", "server", "join", "join", "path", "ping", "ping", "throughput");
    assertThat(report.findValuesAsText("relay")).first().asString().startsWith("DERP(");
    assertThat(report.findValuesAsText("direct")).first().asString().startsWith("203.0.113.12:");
    assertNothingIsLeft();
  }

  @Test
  void staysOnTheRelayBehindHardRouters() throws Exception {
    JsonNode report = demo("--nat", "hard");
    assertThat(report.path("ok").asBoolean()).as(report.toPrettyString()).isTrue();
    assertThat(report.findValuesAsText("direct")).containsOnly("");
    assertNothingIsLeft();
  }

  @Test
  void growsToThreeNodes() throws Exception {
    JsonNode report = demo("--peers", "3");
    assertThat(report.path("ok").asBoolean()).as(report.toPrettyString()).isTrue();
    assertThat(report.findValuesAsText("step").stream().filter("ping"::equals)).hasSize(6);
    assertNothingIsLeft();
  }

  @Test
  void worksForAnOrdinaryUser() throws Exception {
    List<String> trial =
        OrdinaryUser.program(
            "unshare", "-Urnm", "sh", "-c", "test -r /dev/net/tun -a -w /dev/net/tun");
    assumeTrue(
        new ProcessBuilder(trial).start().waitFor() == 0,
        "ordinary users may not make user namespaces or open /dev/net/tun here");
    JsonNode report = run(OrdinaryUser.java(Programs.service("demo", "--json")));
    assertThat(report.path("ok").asBoolean()).as(report.toPrettyString()).isTrue();
    assertNothingIsLeft();
  }

  @Test
  void namesTheKindsOfRouterWhenItIsGivenAnother() throws Exception {
    var command = new ArrayList<>(Programs.meshd("demo", "--nat", "cone"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(output).contains("easy, hard").doesNotContain("\tat ");
  }

  private static JsonNode demo(String... options) throws Exception {
    var command = new ArrayList<>(Programs.service("demo", "--json"));
    command.addAll(List.of(options));
    return run(command);
  }

  private static JsonNode run(List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(180, TimeUnit.SECONDS)).as("the demo ends").isTrue();
    JsonNode report = Cli.json(output);
    assertThat(process.exitValue()).as(output).isEqualTo(report.path("ok").asBoolean() ? 0 : 1);
    return report;
  }

  private static void assertNothingIsLeft() throws IOException {
    String[] namespaces = Path.of("/run/netns").toFile().list();
    assertThat(namespaces == null ? new String[0] : namespaces)
        .noneMatch(name -> name.startsWith("demo-"));
  }
}
