package dev.meshd.cli.wg;

import dev.meshd.agent.wg.WgException;
import dev.meshd.agent.wg.WgRunFile;
import dev.meshd.agent.wg.WgTunnel;
import dev.meshd.cli.CommandFailure;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code meshd wg down}: ends a tunnel and removes what is left of it, also when its process has
 * been killed.
 */
@Command(
    name = "down",
    description = "Take a tunnel down: end its process, remove its interface and routes.")
final class WgDownCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE|NAME", description = "The tunnel's configuration or interface.")
  private String tunnel;

  @Override
  public Integer call() {
    String name = TunnelName.of(tunnel);
    try {
      boolean stopped = WgRunFile.of(name).stop();
      boolean leftover = WgTunnel.removeLeftover(name);
      if (!stopped && !leftover) {
        throw new CommandFailure("meshd wg: " + name + " is not up");
      }
    } catch (WgException e) {
      throw new CommandFailure("meshd wg: " + e.getMessage(), e);
    }
    spec.commandLine().getOut().println("interface " + name + " is down");
    return 0;
  }
}
