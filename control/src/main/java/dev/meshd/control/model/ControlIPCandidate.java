package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.meshd.packet.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * One way to dial the control server.
 *
 * @param aceHost HTTPS CONNECT proxy; {@code ip} is then its address
 */
public record ControlIPCandidate(
    @JsonProperty("IP") @WhenPresent @Nullable IpAddress ip,
    @JsonProperty("ACEHost") String aceHost,
    @JsonProperty("DialStartDelaySec") double dialStartDelaySec,
    @JsonProperty("DialTimeoutSec") double dialTimeoutSec,
    @JsonProperty("Priority") int priority) {

  /** Absent and null members become the empty value; collections are copied. */
  public ControlIPCandidate {
    aceHost = Absent.text(aceHost);
  }
}
