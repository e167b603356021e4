package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A message of the server for the user.
 *
 * @param severity {@code high}, {@code medium} or {@code low}
 */
public record DisplayMessage(
    @JsonProperty("Title") @Always String title,
    @JsonProperty("Text") @Always String text,
    @JsonProperty("Severity") @Always String severity,
    @JsonProperty("ImpactsConnectivity") boolean impactsConnectivity,
    @JsonProperty("PrimaryAction") @WhenPresent @Nullable DisplayMessageAction primaryAction) {

  /** Absent and null members become the empty value; collections are copied. */
  public DisplayMessage {
    title = Absent.text(title);
    text = Absent.text(text);
    severity = Absent.text(severity);
  }
}
