package dev.meshd.e2e.mesh;

import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code meshd server} with its default configuration on a host of the lab. */
final class MeshdServer {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final LabHost host;
  private final Path socket;
  private Path data;
  private LabProcess process;

  private MeshdServer(LabHost host) {
    this.host = host;
    this.socket = host.directory().resolve("server.sock");
    this.data = host.directory().resolve("data");
    this.process = launch();
  }

  /** Starts a server with a user "u1" and returns when it answers. */
  static MeshdServer start(LabHost host) {
    var server = new MeshdServer(host);
    server.awaitAnswer();
    server.admin("users", "create", "u1").orThrow();
    return server;
  }

  String url() {
    return "http://" + host.ipv4() + ":8080";
  }

  LabProcess process() {
    return process;
  }

  Path data() {
    return data;
  }

  /** The directory for the next {@link #restart}. */
  void moveTo(Path other) {
    data = other;
  }

  /** Makes a pre-auth key of user "u1". */
  String authKey(String... flags) {
    var arguments = new ArrayList<>(List.of("preauthkeys", "create", "--user", "u1"));
    arguments.addAll(List.of(flags));
    return admin(arguments.toArray(String[]::new)).orThrow().out().strip();
  }

  /** Runs {@code meshd server WORDS...}. */
  Cli.Outcome admin(String... words) {
    var arguments = new ArrayList<>(List.of("server"));
    arguments.addAll(List.of(words));
    arguments.addAll(List.of("--socket", socket.toString()));
    return Cli.run(arguments.toArray(String[]::new));
  }

  /** Ends the server without notice and starts it again on the same data. */
  void killAndRestart() {
    process.kill();
    restart();
  }

  void restart() {
    process = launch();
    awaitAnswer();
  }

  private LabProcess launch() {
    return host.command(
            Programs.service(
                "server",
                "--data-dir",
                data.toString(),
                "--server-url",
                url(),
                "--socket",
                socket.toString()))
        .start("server");
  }

  private void awaitAnswer() {
    Await.until(
        START_LIMIT,
        "the server to answer; its log: " + process.log(),
        () -> Files.exists(socket) && admin("users", "list").exitCode() == 0);
  }
}
