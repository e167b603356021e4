package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Ports from {@code first} to {@code last}, both inclusive. */
public record PortRange(
    @JsonProperty("First") @Always int first, @JsonProperty("Last") @Always int last) {

  /** Port 0 only: what an absent range means. */
  public static final PortRange NONE = new PortRange(0, 0);

  /** Every port. */
  public static final PortRange ANY = new PortRange(0, 65535);

  /** Whether {@code port} lies in the range. */
  public boolean contains(int port) {
    return port >= first && port <= last;
  }
}
