package dev.meshd.cli.daemon;

import dev.meshd.agent.DaemonOptions;
import dev.meshd.agent.localapi.LocalApiClient;
import dev.meshd.agent.localapi.LocalApiException;
import dev.meshd.cli.CommandFailure;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code meshd cleanup}: what {@code meshd daemon --cleanup} does, refused while a daemon runs. */
@Command(name = "cleanup", description = "Remove what a killed daemon has left behind.")
public final class CleanupCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--tun",
      paramLabel = "NAME",
      description = "Name of the network interface (default: meshd0).")
  private String interfaceName = DaemonOptions.DEFAULT_INTERFACE;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "The daemon's socket (default: /run/meshd/meshd.sock).")
  private @Nullable Path socket;

  @Override
  public void run() {
    if (isDaemonRunning()) {
      throw new CommandFailure("the daemon is running; stop it before cleaning up");
    }
    spec.commandLine().getOut().println(Cleanup.run(interfaceName));
  }

  private boolean isDaemonRunning() {
    try {
      return new LocalApiClient(socket == null ? LocalApiClient.DEFAULT_SOCKET : socket)
              .statusWithoutPeers()
          != null;
    } catch (LocalApiException e) {
      return false;
    }
  }
}
