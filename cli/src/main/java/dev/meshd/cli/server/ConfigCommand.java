package dev.meshd.cli.server;

import dev.meshd.cli.CommandFailure;
import dev.meshd.coordinator.config.ConfigFault;
import dev.meshd.coordinator.config.ConfigReader;
import dev.meshd.coordinator.config.ConfigText;
import dev.meshd.coordinator.config.ConfigWarnings;
import dev.meshd.coordinator.config.InvalidConfigException;
import dev.meshd.coordinator.config.ServerConfig;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code meshd server config}: looks at a configuration without starting anything. */
@Command(
    name = "config",
    description = "Look at a configuration without starting anything.",
    subcommands = ConfigCommand.Check.class)
final class ConfigCommand extends CommandGroup {

  @Command(
      name = "check",
      description = {
        "Report every fault of a configuration, warn of what is likely to be regretted,",
        "and print what is in force. Ends with 1 when a server would refuse to start with it."
      })
  static final class Check implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description =
            "Default: /etc/meshd/server.yaml when that exists, else the built-in settings.")
    private @Nullable Path file;

    @Override
    public void run() {
      if (spec == null) {
        throw new IllegalStateException("used outside a command");
      }
      PrintWriter err = spec.commandLine().getErr();
      ServerConfig config = read(err);
      for (ConfigFault warning : ConfigWarnings.of(config)) {
        err.println("warning: " + warning);
      }
      spec.commandLine().getOut().print(ConfigText.of(config));
      spec.commandLine().getOut().flush();
    }

    private ServerConfig read(PrintWriter err) {
      Path from =
          file == null && Files.exists(ServerConfig.DEFAULT_CONFIG_FILE)
              ? ServerConfig.DEFAULT_CONFIG_FILE
              : file;
      try {
        return from == null
            ? ConfigReader.parse("", ConfigReader.Overrides.none())
            : ConfigReader.read(from, ConfigReader.Overrides.none());
      } catch (InvalidConfigException e) {
        for (ConfigFault fault : e.faults()) {
          err.println(fault);
        }
        int count = e.faults().size();
        throw new CommandFailure(
            (from == null ? "the configuration" : from.toString())
                + " cannot be used: "
                + (count == 1 ? "1 fault" : count + " faults"),
            e);
      }
    }
  }
}
