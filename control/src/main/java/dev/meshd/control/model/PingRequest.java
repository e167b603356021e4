package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.meshd.packet.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A request of the server that the node prove itself alive, or probe something.
 *
 * @param url where the answer goes
 * @param urlIsNoise whether the answer goes over the Noise channel
 * @param types empty: HEAD the URL; {@code c2n}: run the HTTP request in {@code payload}; else
 *     probe kinds, comma-separated
 * @param ip whom to probe
 * @param payload a complete HTTP/1.1 request for {@code c2n}
 */
public record PingRequest(
    @JsonProperty("URL") @Always String url,
    @JsonProperty("URLIsNoise") boolean urlIsNoise,
    @JsonProperty("Log") boolean log,
    @JsonProperty("Types") String types,
    @JsonProperty("IP") @WhenPresent @Nullable IpAddress ip,
    @JsonProperty("Payload") @WhenPresent @Nullable Octets payload) {

  /** Absent and null members become the empty value; collections are copied. */
  public PingRequest {
    url = Absent.text(url);
    types = Absent.text(types);
  }
}
