package dev.meshd.derp.codec;

/** Why a relay says that a peer cannot be reached through it. */
public enum PeerGoneReason {
  /** The peer's last connection to the region ended. Also what an absent reason byte means. */
  DISCONNECTED(0x00),
  /** The relay does not know the peer. */
  NOT_HERE(0x01),
  /** A code this version does not know; treated like the others. */
  UNKNOWN(0xFF);

  private final int code;

  PeerGoneReason(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** Total: a code that names no reason is {@link #UNKNOWN}. */
  public static PeerGoneReason fromWire(int code) {
    return switch (code & 0xFF) {
      case 0x00 -> DISCONNECTED;
      case 0x01 -> NOT_HERE;
      default -> UNKNOWN;
    };
  }
}
