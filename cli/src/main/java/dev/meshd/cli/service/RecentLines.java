package dev.meshd.cli.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** Keeps the last log lines, as they were printed. Thread-safe. */
final class RecentLines extends AppenderBase<ILoggingEvent> {
  /** A line longer than this, such as one with a folded stack trace, is cut off. */
  private static final int MAX_LINE_CHARS = 2_000;

  private final int capacity;
  private final Deque<String> lines = new ArrayDeque<>();

  RecentLines(int capacity) {
    this.capacity = capacity;
  }

  /** Hears everything that {@code root} logs from now on. */
  void attachTo(Logger root) {
    setContext(root.getLoggerContext());
    setName("recent");
    start();
    root.addAppender(this);
  }

  @Override
  protected void append(ILoggingEvent event) {
    String line = format(event);
    synchronized (lines) {
      if (lines.size() == capacity) {
        lines.removeFirst();
      }
      lines.addLast(line);
    }
  }

  List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  private String format(ILoggingEvent event) {
    String line = printed(event).stripTrailing();
    return line.length() <= MAX_LINE_CHARS ? line : line.substring(0, MAX_LINE_CHARS) + "…";
  }

  /** The text as the first appender that prints would have it. */
  private String printed(ILoggingEvent event) {
    Logger root = (Logger) org.slf4j.LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    for (Iterator<Appender<ILoggingEvent>> all = root.iteratorForAppenders(); all.hasNext(); ) {
      if (all.next() instanceof OutputStreamAppender<ILoggingEvent> printing) {
        Encoder<ILoggingEvent> encoder = printing.getEncoder();
        return new String(encoder.encode(event), UTF_8);
      }
    }
    return event.getFormattedMessage();
  }
}
