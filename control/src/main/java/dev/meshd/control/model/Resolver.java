package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.meshd.packet.IpAddress;
import java.util.List;

/**
 * A DNS server.
 *
 * @param addr address, address with port, {@code https://} URL, or {@code http://} URL inside the
 *     mesh
 * @param bootstrapResolution addresses of a server named by URL
 */
public record Resolver(
    @JsonProperty("Addr") String addr,
    @JsonProperty("BootstrapResolution") List<IpAddress> bootstrapResolution,
    @JsonProperty("UseWithExitNode") boolean useWithExitNode) {

  /** Absent and null members become the empty value; collections are copied. */
  public Resolver {
    addr = Absent.text(addr);
    bootstrapResolution = Absent.list(bootstrapResolution);
  }

  /** A plain resolver at {@code addr}. */
  public static Resolver of(String addr) {
    return new Resolver(addr, List.of(), false);
  }
}
