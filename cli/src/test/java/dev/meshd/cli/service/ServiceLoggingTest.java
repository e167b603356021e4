package dev.meshd.cli.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ServiceLoggingTest {
  private static final LoggerContext CONTEXT = (LoggerContext) LoggerFactory.getILoggerFactory();
  private static final Logger ROOT = CONTEXT.getLogger(Logger.ROOT_LOGGER_NAME);

  private final Level rootBefore = ROOT.getLevel();
  private ServiceLogging logging;

  @BeforeEach
  void open() {
    logging = ServiceLogging.open(0);
  }

  /** Other tests of this process share the logging library. */
  @AfterEach
  void putBack() {
    ROOT.detachAppender("recent");
    ROOT.setLevel(rootBefore);
    for (String name : List.of("dev.meshd", "dev.meshd.test")) {
      CONTEXT.getLogger(name).setLevel(null);
    }
  }

  @Test
  void remembersTheLastLinesOnly() {
    Logger log = CONTEXT.getLogger("dev.meshd.test");
    for (int i = 0; i < 2_500; i++) {
      log.info("line {}", i);
    }
    List<String> lines = logging.recentLines();
    assertThat(lines).hasSize(2_000);
    assertThat(lines.getLast()).contains("line 2499");
    assertThat(new ArrayList<>(lines).getFirst()).contains("line 500");
  }

  @Test
  void aLevelCanBeChangedWhileRunning() {
    Logger log = CONTEXT.getLogger("dev.meshd.test");
    log.debug("unheard");
    logging.setLevel("dev.meshd.test", "debug", Optional.empty());
    log.debug("heard");
    assertThat(logging.recentLines())
        .anyMatch(line -> line.contains("heard"))
        .noneMatch(line -> line.contains("unheard"));
    assertThat(logging.levels())
        .containsAllEntriesOf(
            Map.of("ROOT", "warn", "dev.meshd", "info", "dev.meshd.test", "debug"));
  }

  @Test
  void refusesUnknownLevelsAndBadNames() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> logging.setLevel("dev.meshd", "loud", Optional.empty()))
        .withMessageContaining("error, warn, info, debug, trace");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> logging.setLevel("dev meshd\n", "debug", Optional.empty()))
        .withMessageContaining("not the name of a logger");
  }
}
