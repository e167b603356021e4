package dev.meshd.cli.catalog;

import dev.meshd.cli.CommandCatalog;
import dev.meshd.cli.VersionCommand;
import dev.meshd.cli.client.BugReportCommand;
import dev.meshd.cli.client.DownCommand;
import dev.meshd.cli.client.IpCommand;
import dev.meshd.cli.client.LogLevelCommand;
import dev.meshd.cli.client.LoginCommand;
import dev.meshd.cli.client.LogoutCommand;
import dev.meshd.cli.client.MetricsCommand;
import dev.meshd.cli.client.NetcheckCommand;
import dev.meshd.cli.client.PingCommand;
import dev.meshd.cli.client.StatusCommand;
import dev.meshd.cli.client.UpCommand;
import dev.meshd.cli.daemon.CleanupCommand;
import dev.meshd.cli.daemon.DaemonCommand;
import dev.meshd.cli.demo.DemoCommand;
import dev.meshd.cli.server.ServerCommand;
import dev.meshd.cli.wg.WgCommand;
import java.util.List;
import java.util.Optional;

/**
 * The sub-commands of {@code meshd}, in the order help lists them. A command's class is loaded when
 * it is asked for: {@code meshd status} pays for nothing that only the daemon or the server needs.
 */
public final class AllCommands implements CommandCatalog {
  private static final List<String> NAMES =
      List.of(
          "up", //
          "down",
          "login",
          "logout",
          "status",
          "ip",
          "ping",
          "netcheck",
          "metrics",
          "log-level",
          "bugreport",
          "daemon",
          "cleanup",
          "server",
          "wg",
          "demo",
          "version");

  @Override
  public List<String> names() {
    return NAMES;
  }

  @Override
  public Optional<Object> create(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "up" -> new UpCommand();
          case "down" -> new DownCommand();
          case "login" -> new LoginCommand();
          case "logout" -> new LogoutCommand();
          case "status" -> new StatusCommand();
          case "ip" -> new IpCommand();
          case "ping" -> new PingCommand();
          case "netcheck" -> new NetcheckCommand();
          case "metrics" -> new MetricsCommand();
          case "log-level" -> new LogLevelCommand();
          case "bugreport" -> new BugReportCommand();
          case "wg" -> new WgCommand();
          case "daemon" -> new DaemonCommand();
          case "cleanup" -> new CleanupCommand();
          case "demo" -> new DemoCommand();
          case "server" -> new ServerCommand();
          case "version" -> new VersionCommand();
          default -> null;
        });
  }
}
