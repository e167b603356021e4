package dev.meshd.coordinator.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One question to the {@link AdminApi}.
 *
 * @param path decoded path parts behind {@code /api/v1/}
 * @param query decoded query parameters, the first of each name
 * @param body the JSON body; a missing node when there is none
 */
record AdminRequest(String method, List<String> path, Map<String, String> query, JsonNode body) {

  /** A text that is given in the body or the query and is not empty. */
  Optional<String> text(String name) {
    JsonNode member = body.path(name);
    Optional<String> text =
        member.isValueNode() && !member.isNull()
            ? Optional.of(member.asText())
            : Optional.ofNullable(query.get(name));
    return text.filter(value -> !value.isEmpty());
  }

  String require(String name) {
    return text(name).orElseThrow(() -> AdminApi.badInput("'" + name + "' is missing"));
  }

  boolean flag(String name) {
    return text(name).map(Boolean::parseBoolean).orElse(false);
  }

  Optional<Instant> time(String name) {
    return text(name)
        .map(
            value -> {
              try {
                return Instant.parse(value);
              } catch (DateTimeParseException e) {
                throw AdminApi.badInput(
                    "'"
                        + name
                        + "' must be a time such as 2030-01-31T12:00:00Z, not '"
                        + value
                        + "'");
              }
            });
  }

  List<String> texts(String name) {
    List<String> items = new ArrayList<>();
    body.path(name).forEach(item -> items.add(item.asText()));
    return items;
  }
}
