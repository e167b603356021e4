package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * State of the tailnet lock.
 *
 * @param head unpadded base32 of the newest update message's hash
 */
public record TKAInfo(
    @JsonProperty("Head") String head, @JsonProperty("Disabled") boolean disabled) {

  /** Absent and null members become the empty value; collections are copied. */
  public TKAInfo {
    head = Absent.text(head);
  }
}
