package dev.meshd.bench.mesh;

import dev.meshd.agent.localapi.LocalApiClient;
import dev.meshd.agent.localapi.LocalApiException;
import dev.meshd.agent.localapi.PeerStatus;
import dev.meshd.agent.localapi.Status;
import dev.meshd.bench.measure.ProcessUsage;
import dev.meshd.testkit.lab.Await;
import dev.meshd.testkit.lab.LabCommand;
import dev.meshd.testkit.lab.LabHost;
import dev.meshd.testkit.lab.LabProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A daemon on a host, whoever wrote it: commands and local API are the same. */
final class MeshNode {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final LabHost host;
  private final LabProcess daemon;
  private final List<String> client;
  private final LocalApiClient api;
  private final double startSeconds;

  private MeshNode(
      LabHost host, LabProcess daemon, List<String> client, Path socket, double startSeconds) {
    this.host = host;
    this.daemon = daemon;
    this.client = client;
    this.api = new LocalApiClient(socket);
    this.startSeconds = startSeconds;
  }

  /**
   * Starts a daemon and waits until its local API answers.
   *
   * @param client the words that run a client command, to which its name and options are added
   */
  static MeshNode start(LabHost host, LabCommand daemon, List<String> client, Path socket) {
    long beginNs = System.nanoTime();
    LabProcess process = daemon.start("daemon");
    LocalApiClient api = new LocalApiClient(socket);
    Await.until(LIMIT, "the daemon on " + host + "; its log: " + process.log(), () -> answers(api));
    return new MeshNode(host, process, client, socket, (System.nanoTime() - beginNs) / 1e9);
  }

  private static boolean answers(LocalApiClient api) {
    try {
      var _ = api.statusWithoutPeers();
      return true;
    } catch (LocalApiException e) {
      return false;
    }
  }

  LabHost host() {
    return host;
  }

  long pid() {
    return daemon.pid();
  }

  ProcessUsage usage() {
    return ProcessUsage.of(pid());
  }

  double startSeconds() {
    return startSeconds;
  }

  /** Runs a client command and returns how long it took. */
  double run(String... words) {
    List<String> command = new ArrayList<>(client);
    command.addAll(List.of(words));
    long beginNs = System.nanoTime();
    host.command(command).limit(LIMIT).run().orThrow();
    return (System.nanoTime() - beginNs) / 1e9;
  }

  /** Joins; returns how long the command took. */
  double up(String url, String authKey) {
    return run(
        "up",
        "--login-server=" + url,
        "--authkey=" + authKey,
        "--hostname=" + host.name(),
        "--timeout=60s");
  }

  Status status() {
    try {
      return api.status();
    } catch (LocalApiException e) {
      throw new IllegalStateException("the daemon on " + host + ": " + e.getMessage(), e);
    }
  }

  String ipv4() {
    return status().ips().stream()
        .filter(ip -> ip.indexOf(':') < 0)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(host + " has no address in the mesh"));
  }

  /** Whether packets to the node with this address go directly. */
  boolean isDirectTo(String address) {
    Optional<PeerStatus> peer =
        status().peer().values().stream()
            .filter(candidate -> candidate.ips().contains(address))
            .findFirst();
    return peer.isPresent() && !peer.get().curAddr().isEmpty();
  }

  void stop() {
    daemon.stop();
  }
}
