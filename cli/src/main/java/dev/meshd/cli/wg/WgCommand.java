package dev.meshd.cli.wg;

import dev.meshd.cli.CommandFailure;
import dev.meshd.cli.Meshd;
import dev.meshd.cli.Version;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code meshd wg IFACE}, also called {@code meshd-wg IFACE}: a WireGuard interface that {@code wg}
 * and {@code wg-quick} configure, with the command line and environment of wireguard-go; and the
 * group of the two commands that need neither.
 *
 * <p>The interface runs in a process in the background. The launcher script starts it detached and
 * waits for it ({@link InterfaceEnvironment#readyDescriptor}); where there is no launcher, this
 * process does.
 */
@Command(
    name = "wg",
    description = {
      "Run plain WireGuard, without a server: an interface that wg and wg-quick configure",
      "(IFACE, in the place of wireguard-go), or a tunnel from a file (up, down).",
      "",
      "Environment of IFACE: LOG_LEVEL=verbose|error|silent, WG_PROCESS_FOREGROUND=1,",
      "WG_TUN_FD, WG_UAPI_FD.",
      ""
    },
    subcommands = {WgUpCommand.class, WgDownCommand.class},
    synopsisSubcommandLabel = "[COMMAND]")
public final class WgCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "IFACE",
      description = "Make this interface and let wg and wg-quick configure it.")
  private @Nullable String interfaceName;

  @Option(
      names = {"-f", "--foreground"},
      description = "Stay in this process until interrupted.")
  private boolean foreground;

  @Option(names = "--version", description = "Print the version.")
  private boolean version;

  @Override
  public Integer call() throws InterruptedException {
    if (version) {
      spec.commandLine().getOut().println("meshd-wg " + Version.text());
      return 0;
    }
    if (interfaceName == null) {
      throw new ParameterException(
          spec.commandLine(), "Missing: the name of an interface, or a command: up or down");
    }
    InterfaceEnvironment environment = InterfaceEnvironment.of(System.getenv());
    String name = TunnelName.ofInterface(interfaceName);
    if (foreground || environment.foreground() || environment.readyDescriptor().isPresent()) {
      InterfaceProcess.run(name, environment);
    } else {
      startInBackground(name);
    }
    return 0;
  }

  private static void startInBackground(String name) {
    Map<String, String> telling = Map.of(InterfaceEnvironment.READY_FD, "1");
    var background = new BackgroundTunnel(List.of("wg", name), telling);
    if (background.start(ProcessBuilder.Redirect.INHERIT).isEmpty()) {
      throw new CommandFailure(Meshd.EXIT_FAILURE, "meshd wg: " + name + " has not come up");
    }
  }
}
