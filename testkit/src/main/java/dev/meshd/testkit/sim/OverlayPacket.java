package dev.meshd.testkit.sim;

import dev.meshd.packet.IpAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A packet of the simulation's own traffic inside the tunnel: an IPv4 header and a payload that
 * says what it is in clear, so that it can be recognised wherever it should not be.
 *
 * <pre>
 * [0,20)   IPv4 header, protocol 17
 * [20,36)  marker
 * [36,44)  sequence number
 * [44]     1 for an answer
 * </pre>
 *
 * @param number counts the packets of one world
 * @param answer whether it answers a packet with the same number
 */
record OverlayPacket(IpAddress source, IpAddress destination, long number, boolean answer) {

  static final int LENGTH = 45;
  private static final int MARKER_OFFSET = 20;
  private static final byte[] MARKER = "plain sim packet".getBytes(StandardCharsets.US_ASCII);

  byte[] encode() {
    ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
    bytes.put((byte) 0x45).put((byte) 0).putShort((short) LENGTH).putInt(0);
    bytes.put((byte) 64).put((byte) 17).putShort((short) 0);
    bytes.putInt(source.v4Value()).putInt(destination.v4Value());
    bytes.put(MARKER).putLong(number).put((byte) (answer ? 1 : 0));
    return bytes.array();
  }

  static Optional<OverlayPacket> decode(byte[] packet) {
    if (packet.length != LENGTH || !isMarkerAt(packet, MARKER_OFFSET)) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(packet);
    return Optional.of(
        new OverlayPacket(
            IpAddress.ofV4(bytes.getInt(12)),
            IpAddress.ofV4(bytes.getInt(16)),
            bytes.getLong(36),
            bytes.get(44) == 1));
  }

  OverlayPacket reply() {
    return new OverlayPacket(/* source= */ destination, /* destination= */ source, number, true);
  }

  /** Whether the bytes contain a packet of ours in clear. */
  static boolean isVisibleIn(byte[] datagram) {
    for (int i = 0; i + MARKER.length <= datagram.length; i++) {
      if (datagram[i] == MARKER[0] && isMarkerAt(datagram, i)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isMarkerAt(byte[] bytes, int offset) {
    return Arrays.equals(bytes, offset, offset + MARKER.length, MARKER, 0, MARKER.length);
  }
}
