package dev.meshd.cli.server;

import ch.qos.logback.classic.LoggerContext;
import dev.meshd.cli.Logging;
import dev.meshd.cli.service.ServiceLogging;
import dev.meshd.coordinator.admin.LogControl;
import dev.meshd.coordinator.config.LogFormat;
import dev.meshd.coordinator.config.ServerConfig;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** The server's log on stderr: opened as configured, changed at run time. Thread-safe. */
final class ServerLog implements LogControl {
  private static final String OURS = "dev.meshd";

  private final ServiceLogging logging;

  private ServerLog(ServiceLogging logging) {
    this.logging = logging;
  }

  /**
   * Opens the log.
   *
   * @param verbosity number of {@code -v}; any wins over the configured level
   */
  static ServerLog open(ServerConfig.Log settings, int verbosity) {
    if (settings.format() == LogFormat.JSON) {
      Logging.asJson((LoggerContext) LoggerFactory.getILoggerFactory());
    }
    ServiceLogging logging = ServiceLogging.open(verbosity);
    if (verbosity == 0) {
      Logging.atLevel(settings.level().text());
    }
    return new ServerLog(logging);
  }

  @Override
  public Map<String, String> levels() {
    return logging.levels();
  }

  @Override
  public void setLevel(String logger, String level) {
    logging.setLevel(logger.isEmpty() ? OURS : logger, level, Optional.empty());
  }
}
