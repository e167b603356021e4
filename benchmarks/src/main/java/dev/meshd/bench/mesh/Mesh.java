package dev.meshd.bench.mesh;

import dev.meshd.bench.lab.Program;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabCommand;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import dev.meshd.testkit.lab.Site;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A running server and the way nodes of the same make are started. Owned by one thread.
 *
 * @param letter begins the names of its hosts
 * @param authKey reusable; its nodes are ephemeral
 * @param environment what clients need to trust the server
 */
record Mesh(
    String name,
    Lab lab,
    String letter,
    String url,
    String authKey,
    LabProcess server,
    Map<String, String> environment,
    boolean ours) {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  static Mesh ours(Lab lab) {
    LabHost host = lab.addHost("ms", Site.open().ipv4Only());
    String url = "http://" + host.ipv4() + ":8080";
    String socket = host.directory().resolve("server.sock").toString();
    LabProcess server =
        host.command(
                Program.meshd(
                    "server",
                    "--data-dir",
                    host.directory().resolve("data").toString(),
                    "--server-url",
                    url,
                    "--socket",
                    socket))
            .start("server");
    Await.until(
        LIMIT,
        "the server to answer; its log: " + server.log(),
        () -> admin(host, socket, "users", "list").isPresent());
    var _ = admin(host, socket, "users", "create", "u1").orElseThrow();
    String key =
        admin(host, socket, "preauthkeys", "create", "--user", "u1", "--reusable", "--ephemeral")
            .orElseThrow();
    return new Mesh("meshd", lab, "m", url, key.strip(), server, Map.of(), true);
  }

  private static Optional<String> admin(LabHost host, String socket, String... words) {
    List<String> command = new ArrayList<>(Program.meshd("server"));
    command.addAll(List.of(words));
    command.addAll(List.of("--socket", socket));
    var result = host.command(command).run();
    return result.succeeded() ? Optional.of(result.out()) : Optional.empty();
  }

  /** Headscale; empty where it or the client is not found. */
  static Optional<Mesh> reference(Lab lab) {
    boolean all =
        List.of("headscale", "tailscaled", "tailscale", "openssl").stream()
            .allMatch(program -> Program.find(program).isPresent());
    if (!all) {
      return Optional.empty();
    }
    HeadscaleSetup setup = HeadscaleSetup.start(lab, lab.addHost("ts", Site.open().ipv4Only()));
    return Optional.of(
        new Mesh(
            "tailscaled + headscale",
            lab,
            "t",
            setup.url(),
            setup.authKey(),
            setup.process(),
            setup.trust(),
            false));
  }

  MeshNode node(String nodeName, Site site) {
    LabHost host = lab.addHost(letter + nodeName, site);
    Path socket = host.directory().resolve("node.sock");
    String state = host.directory().resolve("state").toString();
    LabCommand daemon;
    List<String> client;
    if (ours) {
      daemon =
          host.command(Program.meshd("daemon", "--socket", socket.toString(), "--statedir", state));
      client = List.of();
    } else {
      daemon =
          host.command(
              Program.require("tailscaled"),
              "--state=" + state,
              "--statedir=" + host.directory(),
              "--socket=" + socket,
              "--tun=tailscale0",
              "--port=41641");
      daemon.environment("TS_NO_LOGS_NO_SUPPORT", "true");
      client = List.of(Program.require("tailscale"), "--socket=" + socket);
    }
    environment.forEach(daemon::environment);
    return MeshNode.start(host, daemon, ours ? new OurClient(socket).words() : client, socket);
  }

  /** Our client takes the socket as an option of the command: a shell puts it behind its name. */
  private record OurClient(Path socket) {
    List<String> words() {
      String script = "command=$1; shift; exec \"$0\" \"$command\" --socket " + socket + " \"$@\"";
      return List.of("sh", "-c", script, Program.meshd().getFirst());
    }
  }
}
