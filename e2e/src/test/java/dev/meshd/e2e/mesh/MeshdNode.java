package dev.meshd.e2e.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code meshd daemon} on a host of the lab, and its client commands. */
final class MeshdNode implements Member {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final LabHost host;
  private final Path socket;
  private final Map<String, String> environment;
  private LabProcess daemon;

  private MeshdNode(LabHost host, Map<String, String> environment) {
    this.host = host;
    this.socket = host.directory().resolve("meshd.sock");
    this.environment = environment;
    this.daemon = launch();
  }

  static MeshdNode start(LabHost host) {
    return start(host, Map.of());
  }

  /**
   * Starts a daemon with variables in its environment, such as SSL_CERT_FILE, and waits for its
   * socket.
   */
  static MeshdNode start(LabHost host, Map<String, String> environment) {
    var node = new MeshdNode(host, environment);
    node.awaitSocket();
    return node;
  }

  @Override
  public LabHost host() {
    return host;
  }

  LabProcess daemon() {
    return daemon;
  }

  Path socket() {
    return socket;
  }

  @Override
  public void up(String serverUrl, String authKey) {
    cli(
            "up",
            "--login-server",
            serverUrl,
            "--authkey",
            authKey,
            "--hostname",
            host.name(),
            "--timeout",
            "60s")
        .orThrow();
  }

  /** Runs {@code meshd COMMAND --socket ... WORDS...}. */
  Cli.Outcome cli(String command, String... words) {
    var arguments = new ArrayList<>(List.of(command, "--socket", socket.toString()));
    arguments.addAll(List.of(words));
    return Cli.run(arguments.toArray(String[]::new));
  }

  @Override
  public JsonNode status() {
    return Cli.json(cli("status", "--json").orThrow().out());
  }

  @Override
  public String ping(String address, int count) {
    return cli("ping", "-c", Integer.toString(count), "--timeout", "2s", address).said();
  }

  void killAndRestart() {
    daemon.kill();
    restart();
  }

  Path state() {
    return host.directory().resolve("state");
  }

  void stop() {
    daemon.stop();
  }

  void restart() {
    daemon = launch();
    awaitSocket();
  }

  private LabProcess launch() {
    var command =
        host.command(
            Programs.service(
                "daemon",
                "--socket",
                socket.toString(),
                "--statedir",
                host.directory().resolve("state").toString()));
    environment.forEach(command::environment);
    return command.start("daemon");
  }

  private void awaitSocket() {
    Await.value(
        START_LIMIT,
        "the daemon on " + host + " to answer; its log: " + daemon.log(),
        () ->
            Files.exists(socket) && cli("status", "--json").exitCode() == 0
                ? Optional.of(true)
                : Optional.empty());
  }
}
