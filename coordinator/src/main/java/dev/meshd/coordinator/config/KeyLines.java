package dev.meshd.coordinator.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** On which line of a YAML text each key stands. Immutable. */
final class KeyLines {
  private final Map<String, Integer> lines;

  private KeyLines(Map<String, Integer> lines) {
    this.lines = lines;
  }

  /** Knows nothing about text that is not YAML: the fault is reported elsewhere. */
  static KeyLines of(String yaml) {
    Map<String, Integer> lines = new HashMap<>();
    try (JsonParser parser = new YAMLFactory().createParser(yaml)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME) {
          lines.putIfAbsent(
              key(parser.getParsingContext()), parser.currentTokenLocation().getLineNr());
        }
      }
    } catch (IOException e) {
      return new KeyLines(Map.of());
    }
    return new KeyLines(lines);
  }

  /** The line of {@code key}, or of the innermost section around it that is there; 0 for none. */
  int of(Iterable<String> sections) {
    int line = 0;
    for (String section : sections) {
      line = lines.getOrDefault(section, line);
    }
    return line;
  }

  private static String key(JsonStreamContext context) {
    StringBuilder key = new StringBuilder();
    for (JsonStreamContext at = context; at != null; at = at.getParent()) {
      if (at.hasCurrentName()) {
        key.insert(0, key.isEmpty() ? at.getCurrentName() : at.getCurrentName() + ".");
      }
    }
    return key.toString();
  }
}
