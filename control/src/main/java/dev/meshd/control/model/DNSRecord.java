package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A record that the built-in resolver answers itself.
 *
 * @param type {@code A}, {@code AAAA} or empty
 * @param value an IP address
 */
public record DNSRecord(
    @JsonProperty("Name") @Always String name,
    @JsonProperty("Type") String type,
    @JsonProperty("Value") @Always String value) {

  /** Absent and null members become the empty value; collections are copied. */
  public DNSRecord {
    name = Absent.text(name);
    type = Absent.text(type);
    value = Absent.text(value);
  }
}
