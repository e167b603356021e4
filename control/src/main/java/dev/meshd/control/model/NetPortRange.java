package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A destination of a filter rule.
 *
 * @param ip address, CIDR, inclusive range {@code a-b}, or {@code *}
 * @param bits obsolete; its presence voids the whole filter
 * @param ports absent means port 0 only
 */
public record NetPortRange(
    @JsonProperty("IP") @Always String ip,
    @JsonProperty("Bits") @WhenPresent @Nullable Integer bits,
    @JsonProperty("Ports") @Always PortRange ports) {

  /** Absent and null members become the empty value; collections are copied. */
  public NetPortRange {
    ip = Absent.text(ip);
    ports = Absent.or(ports, PortRange.NONE);
  }
}
