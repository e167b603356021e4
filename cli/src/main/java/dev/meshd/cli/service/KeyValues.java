package dev.meshd.cli.service;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * The key-value pairs of an event as text: {@code node=7 name=laptop from="a b"}, each after a
 * space. A value with a space, a quote, an equals sign or a control character is quoted and
 * escaped, so that no value can pretend to be another pair or another line. Stateless.
 */
public final class KeyValues extends ClassicConverter {
  @Override
  public String convert(ILoggingEvent event) {
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs == null) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (KeyValuePair pair : pairs) {
      text.append(' ').append(pair.key).append('=');
      append(text, String.valueOf(pair.value));
    }
    return text.toString();
  }

  private static void append(StringBuilder text, String value) {
    if (!value.isEmpty() && value.chars().noneMatch(KeyValues::needsQuotes)) {
      text.append(value);
      return;
    }
    text.append('"');
    value
        .chars()
        .forEach(
            c -> {
              switch (c) {
                case '"', '\\' -> text.append('\\').append((char) c);
                case '\n' -> text.append("\\n");
                default -> {
                  if (Character.isISOControl(c)) {
                    text.append("\\u%04x".formatted(c));
                  } else {
                    text.append((char) c);
                  }
                }
              }
            });
    text.append('"');
  }

  private static boolean needsQuotes(int c) {
    return c == ' ' || c == '"' || c == '=' || c == '\\' || Character.isISOControl(c);
  }
}
