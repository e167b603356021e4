package dev.meshd.coordinator.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Typed reading of a parsed file that notes faults instead of stopping: a wrong value yields the
 * fallback, and {@link #unknownKeys()} finds what nobody asked for. Owned by one {@link
 * ConfigReader} call.
 */
final class ConfigTree {
  private final JsonNode root;
  private final List<ConfigFault> faults;
  private final KeyLines lines;
  private final Set<String> known = new HashSet<>();

  ConfigTree(JsonNode root, KeyLines lines, List<ConfigFault> faults) {
    this.root = root;
    this.lines = lines;
    this.faults = faults;
  }

  /** A scalar read by {@code parser}; {@code expected} completes the sentence "must be …". */
  <T> T value(String key, String expected, T fallback, Function<String, Optional<T>> parser) {
    JsonNode node = find(key);
    return isAbsent(node) ? fallback : scalar(node, key, expected, parser).orElse(fallback);
  }

  /** As {@link #value}, for settings that may be absent; empty text switches the setting off. */
  <T> Optional<T> optional(
      String key, String expected, Optional<T> fallback, Function<String, Optional<T>> parser) {
    JsonNode node = find(key);
    if (isAbsent(node)) {
      return fallback;
    }
    boolean off = node.isTextual() && node.asText().isEmpty();
    return off ? Optional.empty() : scalar(node, key, expected, parser);
  }

  private <T> Optional<T> scalar(
      JsonNode node, String key, String expected, Function<String, Optional<T>> parser) {
    Optional<T> parsed = node.isValueNode() ? parser.apply(node.asText()) : Optional.empty();
    if (parsed.isEmpty()) {
      String found = node.isValueNode() ? quoted(node) : "a structure";
      fault(key, "must be " + expected + ", not " + found);
    }
    return parsed;
  }

  boolean flag(String key, boolean fallback) {
    return value(
        key,
        "true or false",
        fallback,
        text ->
            switch (text) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  List<String> texts(String key, List<String> fallback) {
    JsonNode node = find(key);
    if (isAbsent(node)) {
      return fallback;
    }
    if (!node.isArray()) {
      fault(key, "must be a list");
      return fallback;
    }
    List<String> items = new ArrayList<>();
    for (JsonNode item : node) {
      if (item.isTextual() && !item.asText().isEmpty()) {
        items.add(item.asText());
      } else {
        fault(key, "every item must be text, not " + quoted(item));
      }
    }
    return items;
  }

  void fault(String key, String message) {
    faults.add(new ConfigFault(key, message, line(key)));
  }

  /** The line of {@code key}, or of the section it is missing from; 0 when there is neither. */
  int line(String key) {
    List<String> sections = new ArrayList<>();
    for (int dot = key.indexOf('.'); dot > 0; dot = key.indexOf('.', dot + 1)) {
      sections.add(key.substring(0, dot));
    }
    sections.add(key);
    return lines.of(sections);
  }

  /** Notes a fault for each key of the file that no reading method was called with. */
  void unknownKeys() {
    unknownKeys("", root);
  }

  private void unknownKeys(String prefix, JsonNode node) {
    node.properties()
        .forEach(
            entry -> {
              String key = prefix + entry.getKey();
              if (known.contains(key)) {
                return;
              }
              boolean section = known.stream().anyMatch(name -> name.startsWith(key + "."));
              if (section && entry.getValue().isObject()) {
                unknownKeys(key + ".", entry.getValue());
              } else if (section && !entry.getValue().isNull()) {
                fault(key, "must be a section with keys of its own");
              } else if (!section) {
                fault(
                    key,
                    NearestKey.to(key, known)
                        .map(near -> "is not a known key; did you mean " + near + "?")
                        .orElse("is not a known key"));
              }
            });
  }

  private JsonNode find(String key) {
    known.add(key);
    JsonNode node = root;
    for (String part : key.split("\\.")) {
      node = node.isObject() ? node.path(part) : MissingNode.getInstance();
    }
    return node;
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static String quoted(JsonNode node) {
    return "'" + node.asText() + "'";
  }
}
