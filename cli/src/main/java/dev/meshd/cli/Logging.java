package dev.meshd.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import java.util.Iterator;
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

  /** Sets the level of everything of ours by its name; the rest stays as it is. */
  public static void atLevel(String name) {
    level("dev.meshd", Level.valueOf(name));
  }

  /** From now on each event is one JSON object on one line of stderr. */
  public static void asJson(LoggerContext context) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithThreadName(false);
    encoder.setWithContext(false);
    encoder.setWithMDC(false);
    encoder.setWithMarkers(false);
    encoder.setWithArguments(false);
    encoder.setWithMessage(false);
    encoder.setWithFormattedMessage(true);
    encoder.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    for (Iterator<Appender<ILoggingEvent>> all = root.iteratorForAppenders(); all.hasNext(); ) {
      if (all.next() instanceof OutputStreamAppender<ILoggingEvent> printing) {
        printing.stop();
        printing.setEncoder(encoder);
        printing.start();
      }
    }
  }

  private static void level(String name, Level level) {
    ((Logger) LoggerFactory.getLogger(name)).setLevel(level);
  }
}
