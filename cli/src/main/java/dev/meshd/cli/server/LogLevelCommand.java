package dev.meshd.cli.server;

import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code meshd server log-level}: what a running server logs. */
@Command(
    name = "log-level",
    description = "Show or change what the running server logs, until it ends.")
final class LogLevelCommand implements Runnable {
  @Mixin private AdminOptions options = new AdminOptions();

  @Option(
      names = "--logger",
      paramLabel = "NAME",
      description = "A part of the program, such as dev.meshd.coordinator.web; default all of it.")
  private String logger = "dev.meshd";

  @Parameters(
      arity = "0..1",
      paramLabel = "LEVEL",
      description = "error, warn, info, debug or trace; left out: shows what is set.")
  private @Nullable String level;

  @Override
  public void run() {
    String wanted = level;
    options.show(
        client -> wanted == null ? client.logLevels() : client.setLogLevel(logger, wanted),
        LogLevelCommand::print);
  }

  private static void print(Map<String, String> levels, PrintWriter out) {
    Table table = new Table("LOGGER", "LEVEL");
    levels.forEach(table::row);
    table.print(out);
  }
}
