package dev.meshd.agent.backend;

import dev.meshd.agent.localapi.HealthWarning;
import dev.meshd.agent.localapi.Json;
import dev.meshd.control.model.DisplayMessage;
import dev.meshd.control.session.Netmap;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What the coordination server wants the user to know, as health warnings by id. Its display
 * messages win; the older list of texts counts only when there are none. Stateless.
 */
final class ServerMessages {
  private static final String CODE_PREFIX = "control-health.";

  private ServerMessages() {}

  static Map<String, HealthWarning> of(Netmap map, Instant now) {
    Map<String, HealthWarning> messages = new HashMap<>();
    String since = Json.time(now);
    map.displayMessages().forEach((id, message) -> messages.put(id, warning(id, message, since)));
    if (messages.isEmpty()) {
      for (int i = 0; i < map.health().size(); i++) {
        String text = map.health().get(i);
        String id = "health-" + i;
        messages.put(id, new HealthWarning(CODE_PREFIX + id, "medium", text, text, since, false));
      }
    }
    return messages;
  }

  private static HealthWarning warning(String id, DisplayMessage message, String since) {
    return new HealthWarning(
        CODE_PREFIX + id,
        message.severity(),
        message.title(),
        message.text(),
        since,
        message.impactsConnectivity());
  }
}
