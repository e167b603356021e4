package dev.meshd.cli.server;

import dev.meshd.cli.CommandFailure;
import dev.meshd.coordinator.config.ConfigReader;
import dev.meshd.coordinator.config.InvalidConfigException;
import dev.meshd.coordinator.config.ServerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a server's data is, for commands that read or write it themselves. */
final class DataOptions {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The server's configuration; default /etc/meshd/server.yaml when that exists.")
  private @Nullable Path config;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The server's data; default: as the configuration says.")
  private Optional<Path> dataDir = Optional.empty();

  Path directory() {
    ConfigReader.Overrides overrides =
        new ConfigReader.Overrides(dataDir, Optional.empty(), Optional.empty(), Optional.empty());
    try {
      if (config != null) {
        return ConfigReader.read(config, overrides).dataDir();
      }
      return Files.exists(ServerConfig.DEFAULT_CONFIG_FILE)
          ? ConfigReader.read(ServerConfig.DEFAULT_CONFIG_FILE, overrides).dataDir()
          : ConfigReader.parse("", overrides).dataDir();
    } catch (InvalidConfigException e) {
      throw new CommandFailure("meshd server: " + e.getMessage(), e);
    }
  }
}
