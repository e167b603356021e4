package dev.meshd.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log levels of a process. Client commands never touch the logging library, so nothing is loaded or
 * printed; a service (daemon, server) calls {@link #forService} before it logs its first line.
 */
public final class Logging {
  private Logging() {}

  /**
   * Opens the log of a long-running service on stderr.
   *
   * @param verbosity 0 for states a user can notice, 1 for our debug lines, 2 or more for those of
   *     libraries as well
   */
  public static void forService(int verbosity) {
    level(Logger.ROOT_LOGGER_NAME, verbosity >= 2 ? Level.DEBUG : Level.WARN);
    level("dev.meshd", verbosity >= 1 ? Level.DEBUG : Level.INFO);
  }

  /** Opens the log on stderr with one level for everything of ours, and faults of libraries. */
  public static void atLevel(Level level) {
    level(Logger.ROOT_LOGGER_NAME, level == Level.OFF ? Level.OFF : Level.ERROR);
    level("dev.meshd", level);
  }

  private static void level(String name, Level level) {
    ((Logger) LoggerFactory.getLogger(name)).setLevel(level);
  }
}
