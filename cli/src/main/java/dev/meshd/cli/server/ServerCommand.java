package dev.meshd.cli.server;

import dev.meshd.cli.CommandFailure;
import dev.meshd.cli.service.ServiceHeartbeat;
import dev.meshd.coordinator.CoordinatorServer;
import dev.meshd.coordinator.ServerStartException;
import dev.meshd.coordinator.admin.LogControl;
import dev.meshd.coordinator.config.ConfigFault;
import dev.meshd.coordinator.config.ConfigReader;
import dev.meshd.coordinator.config.ConfigWarnings;
import dev.meshd.coordinator.config.InvalidConfigException;
import dev.meshd.coordinator.config.ServerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code meshd server}: runs the coordination server until it is told to stop. */
@Command(
    name = "server",
    description = "Run the coordination server, or administer a running one.",
    footer = {
      "",
      "Without a configuration every setting has a working default: control on port 8080, relay on",
      "8443 with a certificate of its own, STUN on UDP 3478, data in /var/lib/meshd-server."
    },
    subcommands = {
      UsersCommand.class,
      PreAuthKeysCommand.class,
      NodesCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      ConfigCommand.class,
      LogLevelCommand.class
    })
public final class ServerCommand implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerCommand.class);

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "Configuration in YAML; default /etc/meshd/server.yaml when that exists.")
  private @Nullable Path config;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where database and keys are kept.")
  private Optional<Path> dataDir = Optional.empty();

  @Option(names = "--listen", paramLabel = "ADDR:PORT", description = "The control listener.")
  private Optional<String> listen = Optional.empty();

  @Option(names = "--server-url", paramLabel = "URL", description = "What clients are to dial.")
  private Optional<String> serverUrl = Optional.empty();

  @Option(names = "--socket", paramLabel = "PATH", description = "The administration socket.")
  private Optional<Path> socket = Optional.empty();

  @Option(
      names = {"-v", "--verbose"},
      description = "Log more; twice for the libraries as well.")
  private boolean[] verbose = new boolean[0];

  @Override
  public void run() {
    ServerConfig settings = read();
    LogControl log = ServerLog.open(settings.log(), verbose.length);
    for (ConfigFault warning : ConfigWarnings.of(settings)) {
      LOG.atDebug().addKeyValue("key", warning.key()).log(warning.message());
    }
    try {
      CoordinatorServer server = CoordinatorServer.start(settings, log);
      ServerVitals vitals = new ServerVitals(server);
      ServiceHeartbeat heartbeat = ServiceHeartbeat.start(vitals::statusLine, vitals::isAlive);
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .name("stop-server")
                  .unstarted(
                      () -> {
                        heartbeat.close();
                        server.close();
                      }));
      // Signals end the process; the hook stops the server.
      new CountDownLatch(1).await();
    } catch (ServerStartException e) {
      throw new CommandFailure("meshd server: " + e.sentence(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ServerConfig read() {
    ConfigReader.Overrides overrides =
        new ConfigReader.Overrides(dataDir, listen, serverUrl, socket);
    try {
      if (config != null) {
        return ConfigReader.read(config, overrides);
      }
      return Files.exists(ServerConfig.DEFAULT_CONFIG_FILE)
          ? ConfigReader.read(ServerConfig.DEFAULT_CONFIG_FILE, overrides)
          : ConfigReader.parse("", overrides);
    } catch (InvalidConfigException e) {
      throw new CommandFailure("meshd server: " + e.getMessage(), e);
    }
  }
}
