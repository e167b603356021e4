package dev.meshd.agent.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.agent.backend.HealthConditions.Condition;
import dev.meshd.agent.localapi.HealthWarning;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HealthConditionsTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final List<Map<String, HealthWarning>> reports = new ArrayList<>();
  private final HealthConditions health = new HealthConditions(reports::add);

  @Test
  void reportsOnlyChanges() {
    health.set(Condition.LOGIN, "a", NOON);
    health.set(Condition.LOGIN, "a", NOON.plusSeconds(9));
    health.clear(Condition.NO_RELAY);
    assertThat(reports).hasSize(1);
    health.clear(Condition.LOGIN);
    assertThat(reports).hasSize(2);
    assertThat(health.texts()).isEmpty();
  }

  @Test
  void anotherTextKeepsTheTimeItBroke() {
    health.set(Condition.LOGIN, "a", NOON);
    health.set(Condition.LOGIN, "b", NOON.plusSeconds(9));
    assertThat(health.get(Condition.LOGIN).orElseThrow().text()).isEqualTo("b");
    assertThat(health.get(Condition.LOGIN).orElseThrow().brokenSince())
        .isEqualTo("2026-01-01T12:00:00Z");
  }

  @Test
  void theServersMessagesReplaceEachOtherAndNothingElse() {
    health.set(Condition.LOGIN, "mine", NOON);
    HealthWarning first = new HealthWarning("control-health.x", "high", "t", "first", "", false);
    health.setServerMessages(Map.of("x", first));
    health.setServerMessages(Map.of("y", first));
    assertThat(health.all()).containsOnlyKeys("login-state", "control-health.y");
    HealthWarning repeated =
        new HealthWarning("control-health.y", "high", "t", "first", "later", false);
    health.setServerMessages(Map.of("y", repeated));
    assertThat(reports).hasSize(3);
  }
}
