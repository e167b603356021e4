package dev.meshd.e2e.mesh;

import dev.meshd.e2e.Programs;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import java.io.IOException;
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
  private final String scheme;
  private final List<String> options;
  private LabProcess process;

  private MeshdServer(LabHost host, String scheme, List<String> options) {
    this.host = host;
    this.scheme = scheme;
    this.options = options;
    this.socket = host.directory().resolve("server.sock");
    this.data = host.directory().resolve("data");
    this.process = launch();
  }

  /** Starts a server with a user "u1" and returns when it answers. */
  static MeshdServer start(LabHost host) {
    return start(host, List.of());
  }

  /** As {@link #start(LabHost)} with settings of its own. */
  static MeshdServer start(LabHost host, String yaml) throws IOException {
    Path config = Files.writeString(host.directory().resolve("server.yaml"), yaml);
    return start(host, List.of("--config", config.toString()));
  }

  /** As {@link #start(LabHost)} over TLS; {@code identity} holds certificate and key. */
  static MeshdServer startTls(LabHost host, Path identity) throws IOException {
    String yaml = "tls_cert_path: %s\ntls_key_path: %s\n".formatted(identity, identity);
    Path config = Files.writeString(host.directory().resolve("server.yaml"), yaml);
    return start(new MeshdServer(host, "https", List.of("--config", config.toString())));
  }

  private static MeshdServer start(LabHost host, List<String> options) {
    return start(new MeshdServer(host, "http", options));
  }

  private static MeshdServer start(MeshdServer server) {
    server.awaitAnswer();
    server.admin("users", "create", "u1").orThrow();
    return server;
  }

  String url() {
    return scheme + "://" + host.ipv4() + ":8080";
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

  /** CPU time the process has used. */
  Duration cpu() {
    return ProcessHandle.of(process.pid()).orElseThrow().info().totalCpuDuration().orElseThrow();
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
    var words =
        new ArrayList<>(
            List.of(
                "server",
                "--data-dir",
                data.toString(),
                "--server-url",
                url(),
                "--socket",
                socket.toString()));
    words.addAll(options);
    return host.command(Programs.service(words.toArray(String[]::new))).start("server");
  }

  private void awaitAnswer() {
    Await.until(
        START_LIMIT,
        "the server to answer; its log: " + process.log(),
        () -> Files.exists(socket) && admin("users", "list").exitCode() == 0);
  }
}
