package dev.meshd.cli.client;

import dev.meshd.agent.localapi.PeerStatus;
import dev.meshd.agent.localapi.Status;
import dev.meshd.cli.CommandFailure;
import dev.meshd.cli.Meshd;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code meshd ip}: addresses of this node or of a peer. */
@Command(name = "ip", description = "Show addresses of this node or of a peer.")
public final class IpCommand implements Runnable {
  @Mixin private DaemonSocket daemon;
  @Spec private CommandSpec spec;

  @ArgGroup private @Nullable Which which;

  @Option(
      names = "--assert",
      paramLabel = "IP",
      description = "Only check that one of this node's addresses is IP.")
  private @Nullable String expected;

  @Parameters(
      arity = "0..1",
      hideParamSyntax = true,
      paramLabel = "PEER",
      description = "Name or address of a peer.")
  private @Nullable String peer;

  /** At most one of these. */
  static final class Which {
    @Option(names = "-1", description = "Only one address.")
    private boolean one;

    @Option(names = "-4", description = "Only the IPv4 address.")
    private boolean v4;

    @Option(names = "-6", description = "Only the IPv6 address.")
    private boolean v6;
  }

  @Override
  public void run() {
    Status status =
        daemon.ask(peer == null ? daemon.client()::statusWithoutPeers : daemon.client()::status);
    List<String> ips = addresses(status);
    if (expected != null) {
      if (!ips.contains(expected)) {
        throw new CommandFailure("assertion failed: IP not found among " + ips);
      }
      return;
    }
    if (ips.isEmpty()) {
      throw new CommandFailure("no current addresses; state: " + status.backendState());
    }
    List<String> shown = select(ips);
    if (shown.isEmpty()) {
      throw new CommandFailure("no IPv" + (which != null && which.v4 ? "4" : "6") + " address");
    }
    shown.forEach(spec.commandLine().getOut()::println);
  }

  private List<String> addresses(Status status) {
    if (peer == null) {
      return status.ips();
    }
    PeerStatus node =
        new PeerLookup(status)
            .node(peer)
            .orElseThrow(
                () -> new CommandFailure(Meshd.EXIT_FAILURE, "unknown peer \"" + peer + "\""));
    return node.ips();
  }

  private List<String> select(List<String> ips) {
    if (which == null) {
      return ips;
    }
    if (which.one) {
      return ips.subList(0, 1);
    }
    return ips.stream().filter(ip -> ip.contains(":") == which.v6).toList();
  }
}
