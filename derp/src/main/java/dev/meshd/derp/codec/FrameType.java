package dev.meshd.derp.codec;

/**
 * What a frame is. {@code C} is a client, {@code S} a server, {@code M} a relay of the same region
 * that proved it with the mesh key. Source: tailscale derp/derp.go.
 */
public enum FrameType {
  /**
   * S→C: magic, server public key; surplus bytes are for the future. The first frame of every
   * connection.
   */
  SERVER_KEY(0x01),
  /** C→S: client public key, sealed JSON. The first frame of the client. */
  CLIENT_INFO(0x02),
  /** S→C: sealed JSON; the client is admitted. */
  SERVER_INFO(0x03),
  /** C→S: destination key, packet. */
  SEND_PACKET(0x04),
  /** S→C: source key, packet. */
  RECV_PACKET(0x05),
  /** S→C: empty, at least every two minutes. */
  KEEP_ALIVE(0x06),
  /** C→S: one byte, not zero if this region is the client's home. */
  NOTE_PREFERRED(0x07),
  /** S→C: peer key, {@link PeerGoneReason}. */
  PEER_GONE(0x08),
  /** S→M: a client connected. */
  PEER_PRESENT(0x09),
  /** M→S: source key, destination key, packet. */
  FORWARD_PACKET(0x0A),
  /** M→S: asks for {@link #PEER_PRESENT} and {@link #PEER_GONE} of every client. */
  WATCH_CONNS(0x10),
  /** M→S: closes every connection of a key. */
  CLOSE_PEER(0x11),
  /** Either way: eight opaque bytes to be sent back. */
  PING(0x12),
  /** The answer to a {@link #PING}. */
  PONG(0x13),
  /** S→C: text of a problem, empty when it is over. */
  HEALTH(0x14),
  /** S→C: the server goes away: reconnect-in and try-for, each in milliseconds. */
  RESTARTING(0x15),
  /** Any other code; both sides skip such frames. Never encoded. */
  UNKNOWN(-1);

  private static final FrameType[] BY_CODE = new FrameType[256];

  static {
    java.util.Arrays.fill(BY_CODE, UNKNOWN);
    for (FrameType type : values()) {
      if (type != UNKNOWN) {
        BY_CODE[type.code] = type;
      }
    }
  }

  private final int code;

  FrameType(int code) {
    this.code = code;
  }

  /** The byte on the wire. */
  public int code() {
    if (this == UNKNOWN) {
      throw new IllegalStateException("an unknown frame has no code of its own");
    }
    return code;
  }

  /** Total: a code that names no frame is {@link #UNKNOWN}. Only the low eight bits count. */
  public static FrameType fromWire(int code) {
    return BY_CODE[code & 0xFF];
  }
}
