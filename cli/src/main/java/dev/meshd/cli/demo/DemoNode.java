package dev.meshd.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.CommandResult;
import dev.meshd.testkit.lab.LabException;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host that runs {@code meshd daemon}, and the commands its user types. Owned by the demo's
 * thread.
 */
final class DemoNode {
  static final List<String> NAMES =
      List.of("alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy");

  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final Pattern AVERAGE = Pattern.compile("= [\\d.]+/([\\d.]+)/");

  private final LabHost host;
  private final LabProcess daemon;
  private final Path socket;
  private String ipv4 = "";
  private String ipv6 = "";

  private DemoNode(LabHost host, LabProcess daemon, Path socket) {
    this.host = host;
    this.daemon = daemon;
    this.socket = socket;
  }

  /** Starts the daemon without waiting for it. */
  static DemoNode start(LabHost host) {
    Path socket = host.directory().resolve("meshd.sock");
    LabProcess daemon =
        host.command(
                MeshdProgram.fast(
                    "daemon",
                    "--socket",
                    socket.toString(),
                    "--statedir",
                    host.directory().resolve("state").toString()))
            .start("daemon");
    return new DemoNode(host, daemon, socket);
  }

  String name() {
    return host.name();
  }

  LabHost host() {
    return host;
  }

  /** Returns the addresses inside the mesh; empty before {@link #up}. */
  String ipv4() {
    return ipv4;
  }

  String ipv6() {
    return ipv6;
  }

  void awaitDaemon() {
    Await.until(
        START_LIMIT,
        "the daemon on " + name() + " to start",
        () -> {
          if (!daemon.isAlive()) {
            throw new LabException("the daemon on " + name() + " ended:\n" + daemon.logTail());
          }
          return Files.exists(socket);
        });
  }

  /** Joins the mesh. */
  void up(String serverUrl, Path authKey) {
    MeshdCli.run(
            "up",
            "--socket",
            socket.toString(),
            "--login-server",
            serverUrl,
            "--authkey",
            "file:" + authKey,
            "--hostname",
            name(),
            "--timeout",
            "180s")
        .orThrow();
    for (JsonNode address : status().path("Self").path("TailscaleIPs")) {
      if (address.asText().contains(":")) {
        ipv6 = address.asText();
      } else {
        ipv4 = address.asText();
      }
    }
    if (ipv4.isEmpty() || ipv6.isEmpty()) {
      throw new DemoFailure(name() + " has joined without an address of each family");
    }
  }

  /** Says whether this node knows another one. */
  boolean knows(DemoNode other) {
    for (JsonNode peer : status().path("Peer")) {
      for (JsonNode address : peer.path("TailscaleIPs")) {
        if (address.asText().equals(other.ipv4)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Runs {@code meshd ping} until the path is direct or {@code count} answers have come. */
  PathTrace pingPath(DemoNode other, int count) {
    return PathTrace.parse(
        MeshdCli.run(
                "ping", "--socket", socket.toString(), "-c", Integer.toString(count), other.ipv4)
            .said());
  }

  /**
   * Runs the machine's own ping through the mesh and returns the mean round trip in milliseconds.
   */
  double icmp(String address, int count) {
    CommandResult result =
        host.command(
                "ping", "-n", "-q", "-c", Integer.toString(count), "-i", "0.2", "-W", "3", address)
            .run();
    Matcher average = AVERAGE.matcher(result.out());
    if (!result.succeeded() || !result.out().contains(" 0% packet loss") || !average.find()) {
      throw new DemoFailure(name() + " does not reach " + address + ": " + result.out().strip());
    }
    return Double.parseDouble(average.group(1));
  }

  JsonNode status() {
    String text = MeshdCli.run("status", "--socket", socket.toString(), "--json").orThrow().out();
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new DemoFailure("meshd status --json of " + name() + " is not JSON");
    }
  }
}
