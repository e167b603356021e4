package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A link under a message. */
public record DisplayMessageAction(
    @JsonProperty("URL") @Always String url, @JsonProperty("Label") @Always String label) {

  /** Absent and null members become the empty value; collections are copied. */
  public DisplayMessageAction {
    url = Absent.text(url);
    label = Absent.text(label);
  }
}
