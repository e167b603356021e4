package dev.meshd.control.transport;

/** Names of the HTTP/1.1 upgrade into the Noise channel. Source: tailscale: control/controlhttp. */
public final class ControlUpgrade {
  /** The one path the upgrade is asked on, whatever path the server URL has. */
  public static final String PATH = "/ts2021";

  /** Value of {@code Upgrade} on both sides; case-sensitive in the answer. */
  public static final String PROTOCOL = "tailscale-control-protocol";

  /** Request header with the Noise initiation in padded standard base64. */
  public static final String HANDSHAKE_HEADER = "X-Tailscale-Handshake";

  private ControlUpgrade() {}
}
