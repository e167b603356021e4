package dev.meshd.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class KeyValuesTest {
  private static String text(Object... pairs) {
    LoggingEvent event =
        new LoggingEvent(
            "x", new LoggerContext().getLogger("x"), Level.INFO, "message", null, null);
    for (int i = 0; i < pairs.length; i += 2) {
      event.addKeyValuePair(new KeyValuePair((String) pairs[i], pairs[i + 1]));
    }
    return new KeyValues().convert(event);
  }

  @Test
  void plainValuesStayPlainAndOthersAreQuoted() {
    assertThat(text("node", 7, "name", "laptop", "from", "a b", "empty", ""))
        .isEqualTo(" node=7 name=laptop from=\"a b\" empty=\"\"");
    assertThat(text()).isEmpty();
  }

  @Test
  void noValueCanPretendToBeAnotherPairOrLine() {
    assertThat(text("name", "x\nERROR y", "other", "a owner=root", "quote", "\" owner=root"))
        .isEqualTo(" name=\"x\\nERROR y\" other=\"a owner=root\" quote=\"\\\" owner=root\"")
        .doesNotContain("\n");
    assertThat(text("bell", "\u0007")).isEqualTo(" bell=\"\\u0007\"");
  }
}
