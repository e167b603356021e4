package dev.meshd.cli.wg;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meshd wg}: the group of its two commands. */
@Command(
    name = "wg",
    description = "Run a plain WireGuard tunnel from a file, without a server.",
    subcommands = {WgUpCommand.class, WgDownCommand.class},
    synopsisSubcommandLabel = "COMMAND")
public final class WgCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: up or down");
  }
}
