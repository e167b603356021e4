package dev.meshd.derp.server;

import java.util.Locale;

/** Why a relay dropped a packet. Names and labels are those of the DERP servers in the field. */
public enum RelayDrop {
  /** Nobody with the destination's key is connected. */
  UNKNOWN_DEST,
  /** The destination's connection had just ended. */
  GONE_DISCONNECTED,
  /** The oldest packet of a full queue, which made room for a newer one. */
  QUEUE_HEAD,
  /** A packet too large for its queue. */
  QUEUE_TAIL,
  /** The connection broke with the packet in its queue. */
  WRITE_ERROR;

  /** The value of the metric label {@code reason}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
