package dev.meshd.cli.client;

import dev.meshd.agent.localapi.LocalApiClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code meshd logout}: disconnect and expire this node's key. */
@Command(name = "logout", description = "Disconnect and expire this node's key.")
public final class LogoutCommand implements Runnable {
  @Mixin private DaemonSocket daemon;

  @Option(names = "--reason", hidden = true, description = "Accepted for compatibility.")
  @SuppressWarnings("UnusedVariable")
  private @Nullable String reason;

  @Override
  public void run() {
    LocalApiClient client = daemon.client();
    daemon.ask(
        () -> {
          client.logout();
          return true;
        });
  }
}
