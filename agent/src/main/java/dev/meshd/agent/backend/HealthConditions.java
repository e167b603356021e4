package dev.meshd.agent.backend;

import dev.meshd.agent.localapi.HealthWarning;
import dev.meshd.agent.localapi.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The conditions that need attention, by code. Owned by the backend's thread; every change is
 * reported whole.
 *
 * @see "tailscale: health/warnings.go"
 */
final class HealthConditions {
  /** What can be wrong. */
  enum Condition {
    LOGIN("login-state", "medium", "Logged out", true),
    SERVER_UNREACHABLE("not-in-map-poll", "medium", "Out of sync", true),
    NO_RELAY("no-derp-connection", "medium", "Relay server unavailable", true),
    INTERFACE("router", "high", "Network interface", true),
    KEY_EXPIRES_SOON("key-expires-soon", "low", "Login ends soon", false),
    FORWARDING_OFF("ip-forwarding-off", "medium", "IP forwarding is off", false),
    ROUTES_NOT_ACCEPTED("routes-not-accepted", "low", "Routes of peers are not used", false),
    STATE_STORE("state-store-health", "high", "State cannot be kept", false);

    private final String code;
    private final String severity;
    private final String title;
    private final boolean impactsConnectivity;

    Condition(String code, String severity, String title, boolean impactsConnectivity) {
      this.code = code;
      this.severity = severity;
      this.title = title;
      this.impactsConnectivity = impactsConnectivity;
    }

    String code() {
      return code;
    }
  }

  private static final String SERVER_PREFIX = "control-health.";

  private final SortedMap<String, HealthWarning> warnings = new TreeMap<>();
  private final Consumer<Map<String, HealthWarning>> onChange;

  HealthConditions(Consumer<Map<String, HealthWarning>> onChange) {
    this.onChange = onChange;
  }

  /** The condition holds; {@code text} is one sentence for the user. */
  void set(Condition condition, String text, Instant now) {
    HealthWarning known = warnings.get(condition.code);
    if (known != null && known.text().equals(text)) {
      return;
    }
    String since = known == null ? Json.time(now) : known.brokenSince();
    warnings.put(
        condition.code,
        new HealthWarning(
            condition.code,
            condition.severity,
            condition.title,
            text,
            since,
            condition.impactsConnectivity));
    onChange.accept(all());
  }

  void clear(Condition condition) {
    if (warnings.remove(condition.code) != null) {
      onChange.accept(all());
    }
  }

  Optional<HealthWarning> get(Condition condition) {
    return Optional.ofNullable(warnings.get(condition.code));
  }

  /** Replaces what the coordination server says: its messages by id. */
  void setServerMessages(Map<String, HealthWarning> messages) {
    SortedMap<String, HealthWarning> before = new TreeMap<>(warnings);
    warnings.keySet().removeIf(code -> code.startsWith(SERVER_PREFIX));
    messages.forEach(
        (id, warning) -> {
          HealthWarning known = before.get(SERVER_PREFIX + id);
          boolean same = known != null && known.text().equals(warning.text());
          warnings.put(SERVER_PREFIX + id, same ? known : warning);
        });
    if (!before.equals(warnings)) {
      onChange.accept(all());
    }
  }

  Map<String, HealthWarning> all() {
    return Map.copyOf(warnings);
  }

  /** One text per condition, in a stable order. */
  List<String> texts() {
    return warnings.values().stream().map(HealthWarning::text).toList();
  }
}
