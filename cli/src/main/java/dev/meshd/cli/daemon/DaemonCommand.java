package dev.meshd.cli.daemon;

import dev.meshd.agent.Daemon;
import dev.meshd.agent.DaemonOptions;
import dev.meshd.agent.DaemonStartException;
import dev.meshd.agent.localapi.LocalApiClient;
import dev.meshd.cli.CommandFailure;
import dev.meshd.cli.Meshd;
import dev.meshd.cli.Version;
import dev.meshd.cli.service.ServiceHeartbeat;
import dev.meshd.cli.service.ServiceLogging;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code meshd daemon}: runs the node agent in the foreground until SIGINT or SIGTERM, which end it
 * in order. Logs go to stderr.
 */
@Command(name = "daemon", description = "Run the node agent in the foreground.")
public final class DaemonCommand implements Runnable {
  private static final int MAX_INTERFACE_NAME = 15;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "Where the local API listens (default: /run/meshd/meshd.sock).")
  private @Nullable Path socket;

  @Option(
      names = "--statedir",
      paramLabel = "DIR",
      description = "Everything the daemon keeps (default: /var/lib/meshd).")
  private Path stateDirectory = DaemonOptions.DEFAULT_STATE_DIRECTORY;

  @Option(
      names = "--tun",
      paramLabel = "NAME",
      description = "Name of the network interface (default: meshd0).")
  private String interfaceName = DaemonOptions.DEFAULT_INTERFACE;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "UDP port, 0 for any (default: 41641, or any when that is taken).")
  private @Nullable Integer port;

  @Option(
      names = "--verbose",
      paramLabel = "N",
      description = "0 for states, 1 for details, 2 for those of libraries too.")
  private int verbosity;

  @Option(names = "--cleanup", description = "Only remove what a killed daemon has left behind.")
  private boolean cleanup;

  @Override
  public void run() {
    ServiceLogging log = ServiceLogging.open(verbosity);
    if (cleanup) {
      Cleanup.run(interfaceName);
      return;
    }
    DaemonOptions options = options();
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stopInOrder(stop, stopped), "shutdown"));
    try (Daemon daemon = Daemon.start(options, log);
        ServiceHeartbeat _ = ServiceHeartbeat.start(daemon::statusLine, daemon::isResponsive)) {
      stop.await();
    } catch (DaemonStartException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stopped.countDown();
    }
  }

  /** Keeps the process alive until the daemon has closed everything. */
  private static void stopInOrder(CountDownLatch stop, CountDownLatch stopped) {
    stop.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private DaemonOptions options() {
    if (interfaceName.isEmpty()
        || interfaceName.length() > MAX_INTERFACE_NAME
        || interfaceName.matches(".*[/\\s:].*")) {
      throw new CommandFailure(
          Meshd.EXIT_USAGE,
          "--tun must be an interface name of 1 to 15 characters, not \"" + interfaceName + "\"");
    }
    if (interfaceName.equals("userspace-networking")) {
      throw new CommandFailure(
          Meshd.EXIT_USAGE, "--tun=userspace-networking is not supported by this version of meshd");
    }
    if (port != null && (port < 0 || port > 65535)) {
      throw new CommandFailure(Meshd.EXIT_USAGE, "--port must be 0 to 65535, not " + port);
    }
    return new DaemonOptions(
        Optional.ofNullable(socket).orElse(LocalApiClient.DEFAULT_SOCKET),
        stateDirectory,
        interfaceName,
        port == null ? OptionalInt.empty() : OptionalInt.of(port),
        Version.text());
  }
}
