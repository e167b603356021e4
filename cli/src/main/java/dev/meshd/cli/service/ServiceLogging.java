package dev.meshd.cli.service;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.meshd.agent.diagnostics.ServiceLog;
import dev.meshd.cli.Logging;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The log of a long-running command: on stderr, with the last lines kept in memory and levels that
 * can be changed while it runs. Thread-safe.
 */
public final class ServiceLogging implements ServiceLog {
  private static final org.slf4j.Logger log = LoggerFactory.getLogger(ServiceLogging.class);
  private static final int RECENT_LINES = 2_000;
  private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");
  private static final String LOGGER_NAME = "[A-Za-z_$][\\w$]*(\\.[A-Za-z_$][\\w$]*)*";

  private final LoggerContext context;
  private final RecentLines recent = new RecentLines(RECENT_LINES);

  private ServiceLogging(LoggerContext context) {
    this.context = context;
  }

  /**
   * Opens the log of this process.
   *
   * @param verbosity as in {@link Logging#forService}
   */
  public static ServiceLogging open(int verbosity) {
    Logging.forService(verbosity);
    ServiceLogging logging = new ServiceLogging((LoggerContext) LoggerFactory.getILoggerFactory());
    logging.recent.attachTo(logging.context.getLogger(Logger.ROOT_LOGGER_NAME));
    return logging;
  }

  @Override
  public List<String> recentLines() {
    return recent.lines();
  }

  @Override
  public Map<String, String> levels() {
    Map<String, String> levels = new TreeMap<>();
    for (Logger logger : context.getLoggerList()) {
      @Nullable Level own = logger.getLevel();
      if (own != null) {
        levels.put(logger.getName(), own.toString().toLowerCase(Locale.ROOT));
      }
    }
    return levels;
  }

  @Override
  public void setLevel(String logger, String level, Optional<Duration> limit) {
    if (!LEVELS.contains(level)) {
      throw new IllegalArgumentException(
          "the level must be one of " + String.join(", ", LEVELS) + ", not \"" + level + "\"");
    }
    if (!logger.matches(LOGGER_NAME)) {
      throw new IllegalArgumentException(
          "\"" + logger + "\" is not the name of a logger; try dev.meshd, or a package below it");
    }
    Logger target = context.getLogger(logger);
    @Nullable Level before = target.getLevel();
    target.setLevel(Level.valueOf(level));
    log.info(
        "log level of {} is now {}{}",
        logger,
        level,
        limit.map(time -> " for " + time.toSeconds() + " s").orElse(""));
    limit.ifPresent(
        time -> {
          var _ =
              CompletableFuture.runAsync(
                  () -> putBack(target, level, before),
                  CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS));
        });
  }

  /** Unless somebody has chosen another level meanwhile. */
  private static void putBack(Logger target, String level, @Nullable Level before) {
    if (Level.valueOf(level).equals(target.getLevel())) {
      target.setLevel(before);
      log.info("log level of {} is {} again", target.getName(), target.getEffectiveLevel());
    }
  }
}
