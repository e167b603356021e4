package dev.meshd.cli.client;

import dev.meshd.agent.localapi.BackendState;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code meshd up}: connects, and logs in first if need be. One of three ways, first match:
 *
 * <ol>
 *   <li>already running and no new identity asked for: change the mentioned prefs and return;
 *   <li>no flag at all and logged in: only want to run, keep every pref;
 *   <li>otherwise: start with the prefs the flags mean, log in, and wait until running.
 * </ol>
 *
 * A pref that has been set and is not mentioned again stops the command, so that nothing is lost by
 * omission.
 *
 * @see "tailscale: cmd/tailscale/cli/up.go"
 */
@Command(name = "up", description = "Connect to the network, logging in if needed.")
public final class UpCommand implements Runnable {
  @Mixin private DaemonSocket daemon;
  @Mixin private UpFlags flags;
  @Spec private CommandSpec spec;

  @Option(
      names = "--json",
      arity = "0..1",
      paramLabel = "BOOL",
      fallbackValue = "true",
      description = "Print what happens as JSON.")
  private boolean json;

  @Option(
      names = "--reset",
      arity = "0..1",
      paramLabel = "BOOL",
      fallbackValue = "true",
      description = "Set flags not mentioned to their defaults.")
  private boolean reset;

  @Option(
      names = "--force-reauth",
      arity = "0..1",
      paramLabel = "BOOL",
      fallbackValue = "true",
      description = "Log in again with a new key.")
  private boolean forceReauth;

  @Option(names = "--accept-risk", hidden = true, description = "Accepted for compatibility.")
  @SuppressWarnings("UnusedVariable")
  private @Nullable String acceptRisk;

  @Override
  public void run() {
    flags.validate();
    Optional<String> authKey = flags.resolvedAuthKey();
    LocalApiClient client = daemon.client();
    Prefs current = daemon.ask(client::prefs);
    Status status = daemon.ask(client::statusWithoutPeers);
    boolean simple = isSimple(current, status);
    if (!simple && !reset) {
      refuseForgotten(current);
    }
    Prefs wanted = wanted(current, simple);
    if (wanted.controlUrl().isEmpty()) {
      throw new CommandFailure(
          "no coordination server is known yet; name it with --login-server=URL");
    }
    boolean running = status.state() == BackendState.RUNNING;
    boolean newServer = !wanted.controlUrl().equals(current.controlUrl());
    if (running && newServer && !forceReauth) {
      throw new CommandFailure("can't change --login-server without --force-reauth");
    }
    boolean sameIdentity = !newServer && wanted.advertiseTags().equals(current.advertiseTags());
    if (running && !forceReauth && authKey.isEmpty() && sameIdentity) {
      daemon.ask(() -> client.edit(edit(simple).with("WantRunning", true)));
      return;
    }
    try (BusWatch watch = client.watch(0)) {
      new UpWait(spec, status, json, authKey.isPresent(), forceReauth, flags.timeout)
          .run(watch, () -> act(client, status, wanted, authKey, simple));
    } catch (LocalApiException e) {
      throw daemon.failure(e);
    } catch (IOException e) {
      throw new CommandFailure("lost the connection to the meshd daemon: " + e.getMessage(), e);
    }
  }

  private void act(
      LocalApiClient client, Status status, Prefs wanted, Optional<String> authKey, boolean simple)
      throws LocalApiException {
    if (simple && authKey.isEmpty() && !forceReauth) {
      client.edit(MaskedPrefs.none().with("WantRunning", true));
      return;
    }
    client.check(wanted);
    client.start(new StartOptions(authKey.orElse(null), wanted));
    if (forceReauth || !status.haveNodeKey()) {
      client.loginInteractive();
    }
  }

  private boolean isSimple(Prefs current, Status status) {
    return mentioned().isEmpty()
        && !reset
        && !current.controlUrl().isEmpty()
        && status.haveNodeKey()
        && status.state() != BackendState.NEEDS_LOGIN;
  }

  private Prefs wanted(Prefs current, boolean simple) {
    MaskedPrefs edit = MaskedPrefs.none().with("WantRunning", true).with("LoggedOut", false);
    try {
      if (simple) {
        return edit.applyTo(current);
      }
      Prefs fromFlags = edit.applyTo(flags.prefs());
      return keepsOperator(current)
          ? MaskedPrefs.none().with("OperatorUser", current.operatorUser()).applyTo(fromFlags)
          : fromFlags;
    } catch (PrefsException e) {
      throw new CommandFailure(e.reason(), e);
    }
  }

  /** The prefs of mentioned flags, or of all after {@code --reset}. */
  private MaskedPrefs edit(boolean simple) {
    MaskedPrefs edit = MaskedPrefs.none();
    List<String> mentioned = mentioned();
    for (PrefFlag flag : PrefFlag.values()) {
      if (!simple && (reset || mentioned.contains(flag.option()))) {
        edit = flag.mark(flags, edit);
      }
    }
    return edit;
  }

  /** Options typed on the command line, each by its longest name. */
  private List<String> mentioned() {
    return spec.commandLine().getParseResult().matchedOptions().stream()
        .map(option -> option.longestName())
        .filter(name -> !name.equals("--socket") && !name.equals("--debug"))
        .toList();
  }

  private boolean keepsOperator(Prefs current) {
    String user = System.getenv().getOrDefault("USER", "");
    return flags.operator.isEmpty() && !user.isEmpty() && current.operatorUser().equals(user);
  }

  private void refuseForgotten(Prefs current) {
    if (current.controlUrl().isEmpty()) {
      return;
    }
    Prefs meant = flags.prefs();
    List<String> mentioned = mentioned();
    Set<String> missing = new TreeSet<>();
    for (PrefFlag flag : PrefFlag.values()) {
      boolean operatorKept = flag == PrefFlag.OPERATOR && keepsOperator(current);
      String now = flag.writtenFor(current);
      if (!mentioned.contains(flag.option())
          && !operatorKept
          && !now.equals(flag.writtenFor(meant))) {
        missing.add(now);
      }
    }
    if (!missing.isEmpty()) {
      throw new CommandFailure(forgotten(missing));
    }
  }

  private String forgotten(Set<String> missing) {
    List<String> typed =
        spec.commandLine().getParseResult().matchedOptions().stream()
            .filter(option -> mentioned().contains(option.longestName()))
            .map(UpCommand::written)
            .sorted()
            .toList();
    return "Error: changing settings via 'meshd up' requires mentioning all non-default flags. To proceed, either re-run\n"
        + "your command with --reset or use the command below to explicitly mention the current value of\n"
        + "all non-default settings:\n\n\tmeshd up "
        + (typed.isEmpty() ? "" : String.join(" ", typed) + " ")
        + String.join(" ", missing)
        + "\n";
  }

  /** A flag as it was typed; a key is not repeated. */
  private static String written(OptionSpec option) {
    String name = option.longestName();
    if (name.equals("--auth-key") || name.equals("--authkey")) {
      return "--auth-key=KEY";
    }
    Object value = option.getValue();
    return Boolean.TRUE.equals(value) ? name : name + "=" + option.originalStringValues().getLast();
  }
}
