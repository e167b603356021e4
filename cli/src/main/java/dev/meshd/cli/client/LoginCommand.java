package dev.meshd.cli.client;

import dev.meshd.agent.localapi.BusWatch;
import dev.meshd.agent.localapi.LocalApiClient;
import dev.meshd.agent.localapi.LocalApiException;
import dev.meshd.agent.localapi.MaskedPrefs;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.agent.localapi.PrefsException;
import dev.meshd.agent.localapi.StartOptions;
import dev.meshd.agent.localapi.Status;
import dev.meshd.cli.CommandFailure;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code meshd login}: logs in anew, with a new node key, and connects. */
@Command(name = "login", description = "Log in to a network and connect.")
public final class LoginCommand implements Runnable {
  @Mixin private DaemonSocket daemon;
  @Mixin private UpFlags flags;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    flags.validate();
    Optional<String> authKey = flags.resolvedAuthKey();
    LocalApiClient client = daemon.client();
    Status status = daemon.ask(client::statusWithoutPeers);
    Prefs wanted = wanted(daemon.ask(client::prefs));
    try (BusWatch watch = client.watch(0)) {
      new UpWait(spec, status, false, authKey.isPresent(), status.haveNodeKey(), flags.timeout)
          .run(
              watch,
              () -> {
                client.check(wanted);
                client.start(new StartOptions(authKey.orElse(null), wanted));
                client.loginInteractive();
              });
    } catch (LocalApiException e) {
      throw daemon.failure(e);
    } catch (IOException e) {
      throw new CommandFailure("lost the connection to the meshd daemon: " + e.getMessage(), e);
    }
  }

  private Prefs wanted(Prefs current) {
    String server = flags.loginServer.isEmpty() ? current.controlUrl() : flags.loginServer;
    if (server.isEmpty()) {
      throw new CommandFailure(
          "no coordination server is known yet; name it with --login-server=URL");
    }
    try {
      return MaskedPrefs.none()
          .with("WantRunning", true)
          .with("LoggedOut", false)
          .with("ControlURL", server)
          .applyTo(flags.prefs());
    } catch (PrefsException e) {
      throw new CommandFailure(e.reason(), e);
    }
  }
}
