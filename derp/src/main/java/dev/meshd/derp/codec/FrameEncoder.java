package dev.meshd.derp.codec;

import dev.meshd.crypto.NodeKey;
import java.nio.ByteBuffer;

/**
 * Builds whole frames, five-byte header included; see {@link FrameDecoder} for the layout.
 * Stateless.
 */
public final class FrameEncoder {

  private static final int PEER_GONE_LENGTH = DerpLimits.KEY_LENGTH + 1;

  private FrameEncoder() {}

  /** Any frame from the parts of its payload, which are copied. */
  public static byte[] frame(FrameType type, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length = Math.addExact(length, part.length);
    }
    ByteBuffer out = ByteBuffer.allocate(FrameDecoder.HEADER_LENGTH + length);
    putHeader(out, type, length);
    for (byte[] part : parts) {
      out.put(part);
    }
    return out.array();
  }

  /** Writes the five header bytes at the position of a big-endian buffer. */
  public static void putHeader(ByteBuffer out, FrameType type, int payloadLength) {
    out.put((byte) type.code());
    out.putInt(payloadLength);
  }

  /** A packet for {@code destination}. */
  public static byte[] sendPacket(NodeKey destination, byte[] packet) {
    return frame(FrameType.SEND_PACKET, destination.bytes(), packet);
  }

  /** Whether this region is the sender's home. */
  public static byte[] notePreferred(boolean preferred) {
    return frame(FrameType.NOTE_PREFERRED, new byte[] {(byte) (preferred ? 1 : 0)});
  }

  /** A ping or pong with eight opaque bytes. */
  public static byte[] echo(FrameType type, long opaque) {
    ByteBuffer out = ByteBuffer.allocate(FrameDecoder.HEADER_LENGTH + DerpLimits.PING_LENGTH);
    putHeader(out, type, DerpLimits.PING_LENGTH);
    out.putLong(opaque);
    return out.array();
  }

  public static byte[] keepAlive() {
    return frame(FrameType.KEEP_ALIVE);
  }

  /** {@code peer} cannot be reached through this server. */
  public static byte[] peerGone(NodeKey peer, PeerGoneReason reason) {
    ByteBuffer out = ByteBuffer.allocate(FrameDecoder.HEADER_LENGTH + PEER_GONE_LENGTH);
    putHeader(out, FrameType.PEER_GONE, PEER_GONE_LENGTH);
    out.put(peer.bytes());
    out.put((byte) reason.code());
    return out.array();
  }
}
