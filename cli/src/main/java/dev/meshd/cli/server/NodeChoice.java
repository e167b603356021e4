package dev.meshd.cli.server;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which node: {@code NODE}, or {@code -i NODE} as Headscale's commands have it. */
final class NodeChoice {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec mixee;

  @Parameters(arity = "0..1", paramLabel = "NODE", description = "Name or id.")
  private @Nullable String node;

  @Option(
      names = {"-i", "--identifier"},
      paramLabel = "NODE",
      description = "Name or id, in place of the parameter.")
  private @Nullable String identifier;

  /** Name or id of the one node that was named. */
  String chosen() {
    String chosen = node == null ? identifier : node;
    if (chosen == null || (node != null && identifier != null)) {
      if (mixee == null) {
        throw new IllegalStateException("used outside a command");
      }
      throw new ParameterException(mixee.commandLine(), "one node must be named, by name or id");
    }
    return chosen;
  }
}
