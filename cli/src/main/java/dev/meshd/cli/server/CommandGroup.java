package dev.meshd.cli.server;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only has sub-commands: alone it is misused. */
abstract class CommandGroup implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public final void run() {
    if (spec != null) {
      throw new ParameterException(
          spec.commandLine(),
          "one of these is missing: " + String.join(", ", spec.subcommands().keySet()));
    }
  }
}
