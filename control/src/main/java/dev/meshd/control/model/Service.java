package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A service a node announces.
 *
 * @param proto {@code tcp}, {@code udp}, {@code peerapi4}, {@code peerapi6} or {@code
 *     peerapi-dns-proxy}
 * @param port port, or 1 for {@code peerapi-dns-proxy}
 */
public record Service(
    @JsonProperty("Proto") @Always String proto,
    @JsonProperty("Port") @Always int port,
    @JsonProperty("Description") String description) {

  /** Absent and null members become the empty value; collections are copied. */
  public Service {
    proto = Absent.text(proto);
    description = Absent.text(description);
  }
}
