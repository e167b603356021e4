package dev.meshd.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.agent.localapi.BackendState;
import dev.meshd.agent.localapi.HealthWarning;
import dev.meshd.agent.localapi.MaskedPrefs;
import dev.meshd.agent.localapi.Notify;
import dev.meshd.agent.localapi.PingResult;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.agent.localapi.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientCommandsTest {
  private static final String SERVER = "http://server.example.com:8080";

  @TempDir Path temp;
  private FakeDaemon daemon;

  @BeforeEach
  void open() throws Exception {
    daemon = new FakeDaemon(temp);
    daemon.users.put("1", new Status.UserProfile(1, "alice@example.com", "Alice", null));
  }

  @AfterEach
  void close() throws Exception {
    daemon.close();
  }

  // --- status

  @Test
  void statusAlignsAndSortsNodes() {
    daemon.add(
        FakeDaemon.peer(
            "b",
            98,
            "\"Online\":true,\"Active\":true,\"CurAddr\":\"1.2.3.4:5\",\"RxBytes\":7,\"TxBytes\":9"));
    daemon.add(FakeDaemon.peer("a", 97, "\"Online\":true,\"Active\":true,\"Relay\":\"fra\""));
    assertThat(daemon.run("status"))
        .isEqualTo(
            new FakeDaemon.Result(
                0,
                """
                100.64.0.1   self  alice@  linux  -
                100.64.0.97  a     alice@  linux  active; relay "fra"
                100.64.0.98  b     alice@  linux  active; direct 1.2.3.4:5, tx 9 rx 7
                """,
                ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"Online\":true' | -",
        "'\"Online\":true,\"RxBytes\":1' | 'idle, tx 0 rx 1'",
        "'\"Online\":false' | offline",
        "'\"Online\":false,\"TxBytes\":1' | 'idle; offline, tx 1 rx 0'",
        "'\"Online\":true,\"ExitNodeOption\":true' | idle; offers exit node",
        "'\"Online\":true,\"ExitNode\":true' | idle; exit node",
        "'\"Online\":false,\"Active\":true,\"Relay\":\"fra\"' | active; relay \"fra\"; offline",
      })
  void statusSaysWhatAPeerIsDoing(String facts, String text) {
    daemon.add(FakeDaemon.peer("a", 97, facts));
    assertThat(daemon.run("status", "--self=false").out()).endsWith("linux  " + text + "\n");
  }

  @ParameterizedTest
  @CsvSource({
    "STOPPED,meshd is stopped.",
    "NEEDS_LOGIN,Logged out.",
    "NEEDS_MACHINE_AUTH,Machine is not yet approved by tailnet admin."
  })
  void statusFailsUnlessConnected(BackendState state, String text) {
    daemon.state = state;
    assertThat(daemon.run("status")).isEqualTo(new FakeDaemon.Result(1, text + "\n", ""));
  }

  @Test
  void statusShowsALoginThatWaits() {
    daemon.state = BackendState.NEEDS_LOGIN;
    daemon.authUrl = "https://x/login";
    assertThat(daemon.run("status").out()).isEqualTo("Logged out.\nLog in at: https://x/login\n");
  }

  @Test
  void statusJsonSucceedsInAnyStateAndEndsWithoutNewline() {
    daemon.state = BackendState.STOPPED;
    FakeDaemon.Result result = daemon.run("status", "--json");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .startsWith("{\n  \"Version\": \"1\"")
        .contains("\"BackendState\": \"Stopped\"")
        .endsWith("}");
  }

  @Test
  void statusListsHealthAfterTheTable() {
    daemon.health.add("No relay can be reached.");
    assertThat(daemon.run("status").out())
        .endsWith("\n\n# Health check:\n#     - No relay can be reached.\n");
  }

  @Test
  void theSocketMayComeBeforeTheCommand() {
    FakeDaemon.Result result =
        FakeDaemon.runBare("--socket", temp.resolve("fake.sock").toString(), "ip", "-4");
    assertThat(result).isEqualTo(new FakeDaemon.Result(0, "100.64.0.1\n", ""));
  }

  // --- ip

  @Test
  void ipPrintsAddresses() {
    assertThat(daemon.run("ip").out()).isEqualTo("100.64.0.1\nfd7a:115c:a1e0::1\n");
    assertThat(daemon.run("ip", "-1").out()).isEqualTo("100.64.0.1\n");
    assertThat(daemon.run("ip", "-6").out()).isEqualTo("fd7a:115c:a1e0::1\n");
    daemon.add(FakeDaemon.peer("a", 97, ""));
    assertThat(daemon.run("ip", "a").out()).isEqualTo("100.64.0.97\n");
    assertThat(daemon.run("ip", "a.example.com").out()).isEqualTo("100.64.0.97\n");
    assertThat(daemon.run("ip", "nobody").err()).isEqualTo("unknown peer \"nobody\"\n");
    assertThat(daemon.run("ip", "-4", "-6").exitCode()).isEqualTo(2);
    assertThat(daemon.run("ip", "--assert", "100.64.0.1").exitCode()).isZero();
    assertThat(daemon.run("ip", "--assert", "100.64.0.2").exitCode()).isEqualTo(1);
  }

  // --- ping

  private static PingResult pong(String endpoint) {
    boolean relayed = endpoint.isEmpty();
    return new PingResult(
        "100.64.0.97",
        "100.64.0.97",
        "a",
        "",
        0.0123,
        endpoint,
        relayed ? 900 : 0,
        relayed ? "fra" : "",
        false);
  }

  @Test
  void pingStopsAtTheFirstDirectPong() {
    daemon.add(FakeDaemon.peer("a", 97, ""));
    daemon.pongs.add(pong("1.2.3.4:5"));
    assertThat(daemon.run("ping", "a"))
        .isEqualTo(
            new FakeDaemon.Result(0, "pong from a (100.64.0.97) via 1.2.3.4:5 in 12ms\n", ""));
  }

  @Test
  void pingFailsWhenOnlyTheRelayAnswers() {
    daemon.add(FakeDaemon.peer("a", 97, ""));
    daemon.pongs.add(pong(""));
    assertThat(daemon.run("ping", "-c", "1", "a"))
        .isEqualTo(
            new FakeDaemon.Result(
                1,
                "pong from a (100.64.0.97) via DERP(fra) in 12ms\n",
                "direct connection not established\n"));
    daemon.pongs.add(pong(""));
    assertThat(daemon.run("ping", "-c", "1", "--until-direct=false", "a").exitCode()).isZero();
  }

  @Test
  void pingSaysWhyItCannot() {
    assertThat(daemon.run("ping", "100.64.0.9"))
        .isEqualTo(new FakeDaemon.Result(1, "", "unknown peer\n"));
    daemon.pongs.add(PingResult.failed("100.64.0.9", "timed out"));
    assertThat(daemon.run("ping", "-c", "1", "100.64.0.9"))
        .isEqualTo(new FakeDaemon.Result(1, "ping \"100.64.0.9\" timed out\n", "no reply\n"));
    assertThat(daemon.run("ping", "100.64.0.1"))
        .isEqualTo(new FakeDaemon.Result(0, "100.64.0.1 is local meshd IP\n", ""));
    daemon.state = BackendState.STOPPED;
    assertThat(daemon.run("ping", "a"))
        .isEqualTo(new FakeDaemon.Result(1, "meshd is stopped.\n", ""));
  }

  // --- down, logout

  @Test
  void downStopsOnce() {
    assertThat(daemon.run("down")).isEqualTo(new FakeDaemon.Result(0, "", ""));
    assertThat(daemon.calls).containsExactly("edit [WantRunning]");
    daemon.state = BackendState.STOPPED;
    assertThat(daemon.run("down"))
        .isEqualTo(new FakeDaemon.Result(0, "", "meshd was already stopped.\n"));
  }

  @Test
  void logoutAsksTheDaemon() {
    assertThat(daemon.run("logout").exitCode()).isZero();
    assertThat(daemon.calls).containsExactly("logout");
  }

  // --- up

  private void notYetJoined() {
    daemon.state = BackendState.NEEDS_LOGIN;
    daemon.haveNodeKey = false;
  }

  private void joined() throws Exception {
    daemon.prefs =
        MaskedPrefs.none()
            .with("ControlURL", SERVER)
            .with("Hostname", "box")
            .with("LoggedOut", false)
            .with("WantRunning", true)
            .applyTo(Prefs.defaults());
  }

  @Test
  void upStartsWithTheKeyAndWaitsUntilRunning() {
    notYetJoined();
    FakeDaemon.Result result =
        daemon.run(
            "up", "--login-server", SERVER, "--authkey", "hskey-auth-1", "--hostname", "box");
    assertThat(result).isEqualTo(new FakeDaemon.Result(0, "", ""));
    assertThat(daemon.calls).containsExactly("start hskey-auth-1", "login");
    assertThat(daemon.prefs.controlUrl()).isEqualTo(SERVER);
    assertThat(daemon.prefs.hostname()).isEqualTo("box");
    assertThat(daemon.prefs.wantRunning()).isTrue();
  }

  @Test
  void upReadsAKeyFromAFile() throws Exception {
    notYetJoined();
    Path file = Files.writeString(temp.resolve("key"), "hskey-auth-2\n");
    assertThat(daemon.run("up", "--login-server", SERVER, "--auth-key=file:" + file).exitCode())
        .isZero();
    assertThat(daemon.calls).contains("start hskey-auth-2");
    assertThat(daemon.run("up", "--login-server", SERVER, "--auth-key=file:/nowhere").err())
        .isEqualTo("cannot read the auth key file /nowhere\n");
  }

  @Test
  void upShowsTheLoginUrlOnceAndReportsSuccess() {
    notYetJoined();
    daemon.onUp =
        () -> {
          daemon.bus.publish(Notify.ofLoginUrl("https://x/login"));
          daemon.bus.publish(Notify.ofLoginUrl("https://x/login"));
          daemon.bus.publish(Notify.ofState(BackendState.RUNNING));
        };
    assertThat(daemon.run("up", "--login-server", SERVER))
        .isEqualTo(
            new FakeDaemon.Result(
                0, "", "\nTo authenticate, visit:\n\n\thttps://x/login\n\nSuccess.\n"));
  }

  @Test
  void upJsonPrintsOneObjectPerEvent() {
    notYetJoined();
    daemon.onUp =
        () -> {
          daemon.bus.publish(Notify.ofLoginUrl("https://x/login"));
          daemon.bus.publish(Notify.ofState(BackendState.RUNNING));
        };
    assertThat(daemon.run("up", "--login-server", SERVER, "--json"))
        .isEqualTo(
            new FakeDaemon.Result(
                0,
                "{\n\t\"AuthURL\": \"https://x/login\",\n\t\"BackendState\": \"NeedsLogin\"\n}\n"
                    + "{\n  \"BackendState\": \"Running\"\n}\n",
                ""));
  }

  @Test
  void upFailsWithTheServersReason() {
    notYetJoined();
    daemon.onUp = () -> daemon.bus.publish(Notify.error("authkey expired"));
    assertThat(daemon.run("up", "--login-server", SERVER, "--authkey", "k"))
        .isEqualTo(new FakeDaemon.Result(1, "", "backend error: authkey expired\n"));
  }

  @Test
  void upSaysWhyItWaitsAndGivesUpInTime() {
    notYetJoined();
    HealthWarning trouble =
        new HealthWarning(
            "not-in-map-poll", "medium", "t", "The server cannot be reached.", "", true);
    daemon.onUp = () -> daemon.bus.publish(Notify.ofHealth(Map.of("not-in-map-poll", trouble)));
    FakeDaemon.Result result = daemon.run("up", "--login-server", SERVER, "--timeout", "300ms");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo(
            "The server cannot be reached. Still trying.\n"
                + "timeout waiting for meshd service to enter a Running state; check health with \"meshd status\"\n");
  }

  @Test
  void bareUpChangesNothingButTheWish() throws Exception {
    joined();
    daemon.state = BackendState.STOPPED;
    assertThat(daemon.run("up").exitCode()).isZero();
    assertThat(daemon.calls).containsExactly("edit [WantRunning]");
    assertThat(daemon.prefs.hostname()).isEqualTo("box");
  }

  @Test
  void upWhileRunningEditsWhatWasMentioned() throws Exception {
    joined();
    FakeDaemon.Result result =
        daemon.run("up", "--login-server", SERVER, "--hostname", "box", "--shields-up");
    assertThat(result).isEqualTo(new FakeDaemon.Result(0, "", ""));
    assertThat(daemon.calls).hasSize(1);
    assertThat(daemon.prefs.shieldsUp()).isTrue();
  }

  @Test
  void upRefusesToForgetASetting() throws Exception {
    joined();
    FakeDaemon.Result result = daemon.run("up", "--shields-up", "--authkey=hskey-auth-secret");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .contains("requires mentioning all non-default flags")
        .contains(
            "\tmeshd up --auth-key=KEY --shields-up --hostname=box --login-server=" + SERVER + "\n")
        .doesNotContain("secret");
    assertThat(daemon.calls).isEmpty();
  }

  @Test
  void upWithResetForgetsOnPurpose() throws Exception {
    joined();
    assertThat(daemon.run("up", "--reset", "--login-server", SERVER).exitCode()).isZero();
    assertThat(daemon.prefs.hostname()).isEmpty();
  }

  @Test
  void upDoesNotChangeTheServerUnderARunningNode() throws Exception {
    joined();
    assertThat(daemon.run("up", "--hostname", "box", "--login-server", "http://other.example.com"))
        .isEqualTo(
            new FakeDaemon.Result(1, "", "can't change --login-server without --force-reauth\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--hostname=a_b",
        "--login-server=server",
        "--advertise-routes=10.0.0.1/8",
        "--netfilter-mode=maybe"
      })
  void upRefusesValuesNoServerTakes(String flag) {
    FakeDaemon.Result result = daemon.run("up", flag);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err().lines()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--exit-node=x", "--ssh", "--qr", "--timeout=soon", "--unknown", "--json=maybe"})
  void upRefusesFlagsItDoesNotHave(String flag) {
    assertThat(daemon.run("up", flag).exitCode()).isEqualTo(2);
  }

  @Test
  void upNeedsAServer() {
    notYetJoined();
    assertThat(daemon.run("up").err())
        .isEqualTo("no coordination server is known yet; name it with --login-server=URL\n");
  }

  @Test
  void upWithoutADaemonSaysHowToStartOne() {
    FakeDaemon.Result result =
        FakeDaemon.runBare("up", "--socket", temp.resolve("none").toString());
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).endsWith("start the daemon with: sudo meshd daemon\n");
  }

  // --- the root command

  @Test
  void anUnknownCommandIsNamed() {
    assertThat(FakeDaemon.runBare("frobnicate"))
        .isEqualTo(new FakeDaemon.Result(1, "", "meshd: unknown subcommand: frobnicate\n"));
  }

  @Test
  void helpAndVersionSucceed() {
    assertThat(FakeDaemon.runBare("help").out()).contains("status").contains("daemon");
    assertThat(FakeDaemon.runBare("up", "--help").exitCode()).isZero();
    assertThat(FakeDaemon.runBare("version").out())
        .isEqualTo(FakeDaemon.runBare("--version").out())
        .isNotBlank();
  }

  // --- looking after the daemon

  @Test
  void metricsArePrintedOrPutIntoAFile() throws Exception {
    assertThat(daemon.run("metrics").out()).contains("meshd_peers 2");
    Path file = temp.resolve("meshd.prom");
    Files.writeString(file, "old");
    assertThat(daemon.run("metrics", "write", file.toString()).exitCode()).isZero();
    assertThat(file).content().contains("meshd_peers 2");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r--r--");
    assertThat(daemon.run("metrics", "write").err()).contains("usage: meshd metrics");
    assertThat(daemon.run("metrics", "write", temp.resolve("no/such/file").toString()).err())
        .contains("cannot write");
  }

  @Test
  void logLevelsAreShownAndChanged() {
    assertThat(daemon.run("log-level").out()).contains("ROOT warn\n", "dev.meshd info\n");
    assertThat(daemon.run("log-level", "debug", "--for", "10m"))
        .isEqualTo(new FakeDaemon.Result(0, "", ""));
    assertThat(daemon.run("log-level").out()).contains("dev.meshd debug\n");
    FakeDaemon.Result refused = daemon.run("log-level", "loud");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("the level must be one of");
  }

  @Test
  void aBugReportIsAFileOnlyItsOwnerCanReadAndReplacesNone() throws Exception {
    Path file = temp.resolve("report.zip");
    FakeDaemon.Result made = daemon.run("bugreport", "-o", file.toString(), "--note", "it hangs");
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(made.out()).startsWith("BUG-1\n").contains("summary.txt", "routes.txt");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var zip = new ZipFile(file.toFile())) {
      assertThat(zip.getInputStream(zip.getEntry("summary.txt"))).hasContent("all is well");
      assertThat(zip.getInputStream(zip.getEntry("note.txt"))).hasContent("it hangs");
    }
    assertThat(daemon.run("bugreport", "-o", file.toString()).err()).contains("exists already");
  }
}
