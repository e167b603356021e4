package dev.meshd.cli.client;

import dev.meshd.agent.localapi.BackendState;
import dev.meshd.agent.localapi.LocalApiClient;
import dev.meshd.agent.localapi.MaskedPrefs;
import dev.meshd.agent.localapi.Status;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code meshd down}: disconnect, staying logged in. */
@Command(name = "down", description = "Disconnect from the network.")
public final class DownCommand implements Runnable {
  @Mixin private DaemonSocket daemon;
  @Spec private CommandSpec spec;

  @Option(names = "--reason", hidden = true, description = "Accepted for compatibility.")
  @SuppressWarnings("UnusedVariable")
  private @Nullable String reason;

  @Option(names = "--accept-risk", hidden = true, description = "Accepted for compatibility.")
  @SuppressWarnings("UnusedVariable")
  private @Nullable String acceptRisk;

  @Override
  public void run() {
    LocalApiClient client = daemon.client();
    Status status = daemon.ask(client::statusWithoutPeers);
    if (status.state() == BackendState.STOPPED) {
      spec.commandLine().getErr().println("meshd was already stopped.");
      return;
    }
    daemon.ask(() -> client.edit(MaskedPrefs.none().with("WantRunning", false)));
  }
}
