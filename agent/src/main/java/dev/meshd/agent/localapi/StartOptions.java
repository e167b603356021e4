package dev.meshd.agent.localapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST start}.
 *
 * @param authKey pre-auth key for this login; never stored, never logged
 * @param updatePrefs replaces the prefs when present
 */
@JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StartOptions(@Nullable String authKey, @Nullable Prefs updatePrefs) {
  public Optional<String> key() {
    return Optional.ofNullable(authKey).filter(key -> !key.isBlank());
  }

  @Override
  public String toString() {
    return "StartOptions[authKey " + (key().isPresent() ? "given" : "absent") + "]";
  }
}
