package dev.meshd.cli.client;

import dev.meshd.agent.localapi.BackendState;
import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.localapi.PeerStatus;
import dev.meshd.agent.localapi.Status;
import dev.meshd.cli.Meshd;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code meshd status}: this node and its peers. Text mode fails unless the node is connected. */
@Command(name = "status", description = "Show the state of the daemon and its peers.")
public final class StatusCommand implements Callable<Integer> {
  @Mixin private DaemonSocket daemon;
  @Spec private CommandSpec spec;

  @Option(
      names = "--json",
      arity = "0..1",
      paramLabel = "BOOL",
      fallbackValue = "true",
      description = "Print JSON.")
  private boolean json;

  @Option(
      names = "--active",
      arity = "0..1",
      paramLabel = "BOOL",
      fallbackValue = "true",
      description = "Only peers with an active session.")
  private boolean active;

  @Option(
      names = "--self",
      arity = "0..1",
      paramLabel = "BOOL",
      defaultValue = "true",
      fallbackValue = "true",
      description = "Show this node.")
  private boolean self;

  @Option(
      names = "--peers",
      arity = "0..1",
      paramLabel = "BOOL",
      defaultValue = "true",
      fallbackValue = "true",
      description = "Show peers.")
  private boolean peers;

  @Option(
      names = "--header",
      arity = "0..1",
      paramLabel = "BOOL",
      fallbackValue = "true",
      description = "Print column headers.")
  private boolean header;

  @Override
  public Integer call() {
    Status status =
        daemon.ask(peers ? daemon.client()::status : daemon.client()::statusWithoutPeers);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.print(Json.pretty(active ? onlyActive(status) : status, "  "));
      out.flush();
      return Meshd.EXIT_OK;
    }
    if (!isConnected(status.state())) {
      if (status.state() == BackendState.NO_STATE) {
        printHealth(status, out);
      }
      out.println(explain(status));
      return Meshd.EXIT_FAILURE;
    }
    if (status.state() == BackendState.STARTING) {
      printHealth(status, out);
      out.println();
    }
    new StatusTable(status, Instant.now()).print(out, header, self, peers, active);
    if (status.state() == BackendState.RUNNING && !status.health().isEmpty()) {
      out.println();
      printHealth(status, out);
    }
    return Meshd.EXIT_OK;
  }

  static boolean isConnected(BackendState state) {
    return state == BackendState.RUNNING || state == BackendState.STARTING;
  }

  /** What a user is told of a daemon that is not connected. */
  static String explain(Status status) {
    return switch (status.state()) {
      case STOPPED -> "meshd is stopped.";
      case NEEDS_LOGIN ->
          "Logged out." + (status.authUrl().isEmpty() ? "" : "\nLog in at: " + status.authUrl());
      case NEEDS_MACHINE_AUTH -> "Machine is not yet approved by tailnet admin.";
      default -> "unexpected state: " + status.backendState();
    };
  }

  private static void printHealth(Status status, PrintWriter out) {
    if (!status.health().isEmpty()) {
      out.println("# Health check:");
      status.health().forEach(text -> out.println("#     - " + text));
    }
  }

  private static Status onlyActive(Status status) {
    Map<String, PeerStatus> active = new TreeMap<>();
    status
        .peer()
        .forEach(
            (key, peer) -> {
              if (peer.active()) {
                active.put(key, peer);
              }
            });
    return new Status(
        status.version(),
        status.tun(),
        status.backendState(),
        status.haveNodeKey(),
        status.authUrl(),
        status.ips(),
        status.self(),
        status.exitNodeStatus(),
        status.health(),
        status.magicDnsSuffix(),
        status.currentTailnet(),
        status.certDomains(),
        active,
        status.user(),
        status.clientVersion());
  }
}
