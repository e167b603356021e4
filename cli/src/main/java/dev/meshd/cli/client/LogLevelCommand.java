package dev.meshd.cli.client;

import dev.meshd.cli.CommandFailure;
import dev.meshd.cli.Meshd;
import java.io.PrintWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code meshd log-level}: shows or changes how much the running daemon logs. */
@Command(
    name = "log-level",
    description = "Show or change how much the daemon logs, without restarting it.")
public final class LogLevelCommand implements Runnable {
  @Mixin private DaemonSocket daemon;
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "LEVEL",
      description = "error, warn, info, debug or trace; shows the levels without it.")
  private @Nullable String level;

  @Option(
      names = "--logger",
      paramLabel = "NAME",
      description = "A package or class, or ROOT for all else (default: dev.meshd).")
  private String logger = "dev.meshd";

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "Go back to the present level after this time, such as 10m.")
  private Duration limit = Duration.ZERO;

  @Override
  public void run() {
    if (level == null) {
      PrintWriter out = spec.commandLine().getOut();
      daemon
          .ask(daemon.client()::logLevels)
          .properties()
          .forEach(entry -> out.println(entry.getKey() + " " + entry.getValue().asText()));
      return;
    }
    if (limit.isNegative() || (limit.toSeconds() == 0 && !limit.isZero())) {
      throw new CommandFailure(Meshd.EXIT_USAGE, "--for must be at least one second");
    }
    String wanted = level;
    Boolean _ =
        daemon.ask(
            () -> {
              daemon.client().setLogLevel(logger, wanted, limit.toSeconds());
              return true;
            });
  }
}
