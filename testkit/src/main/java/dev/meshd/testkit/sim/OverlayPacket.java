package dev.meshd.testkit.sim;

import dev.meshd.packet.IpAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A packet of the simulation's own traffic inside the tunnel: UDP over IPv4 or IPv6, with a payload
 * that says what it is in clear, so that it can be recognised wherever it should not be.
 *
 * <pre>
 * IPv4 header (20 bytes) or IPv6 header (40 bytes)
 * [0,8)    UDP header: a question has a source port of its own, answers go back there
 * [8,24)   marker
 * [24,32)  sequence number
 * [32]     1 for an answer
 * [33,..)  filling that follows from the number
 * </pre>
 *
 * @param number counts the packets of one world
 * @param answer whether it answers a packet with the same number
 * @param filling bytes after the last field
 */
record OverlayPacket(
    IpAddress source, IpAddress destination, long number, boolean answer, int filling) {

  /** The tunnel's MTU in the simulation. */
  static final int MTU = 256;

  static final int MAX_FILLING = MTU - 40 - 33;

  private static final int V4_HEADER = 20;
  private static final int V6_HEADER = 40;
  private static final int UDP_HEADER = 8;
  private static final int FIXED = UDP_HEADER + 25;
  private static final int FIRST_CLIENT_PORT = 10_000;
  private static final int CLIENT_PORTS = 50_000;
  private static final short SERVER_PORT = 5000;
  private static final byte UDP = 17;
  private static final byte HOP_LIMIT = 64;
  private static final byte[] MARKER = "plain sim packet".getBytes(StandardCharsets.US_ASCII);

  byte[] encode() {
    int header = source.isV4() ? V4_HEADER : V6_HEADER;
    int body = FIXED + filling;
    ByteBuffer bytes = ByteBuffer.allocate(header + body);
    if (source.isV4()) {
      bytes.putShort((short) 0x4500).putShort((short) (header + body)).putInt(0);
      bytes.put(HOP_LIMIT).put(UDP).putShort((short) 0);
    } else {
      bytes.putInt(0x60000000).putShort((short) body).put(UDP).put(HOP_LIMIT);
    }
    bytes.put(source.bytes()).put(destination.bytes());
    short clientPort = (short) (FIRST_CLIENT_PORT + number % CLIENT_PORTS);
    bytes.putShort(answer ? SERVER_PORT : clientPort);
    bytes.putShort(answer ? clientPort : SERVER_PORT);
    bytes.putShort((short) body).putShort((short) 0);
    bytes.put(MARKER).putLong(number).put((byte) (answer ? 1 : 0));
    for (int i = 0; i < filling; i++) {
      bytes.put((byte) (number * 31 + i));
    }
    return bytes.array();
  }

  /** What the packet claims to be; whoever knows the original compares it whole. */
  static Optional<OverlayPacket> decode(byte[] packet) {
    boolean v4 = packet.length > 0 && packet[0] >>> 4 == 4;
    int header = v4 ? V4_HEADER : V6_HEADER;
    if (packet.length < header + FIXED || !isMarkerAt(packet, header + UDP_HEADER)) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(packet);
    int addresses = v4 ? 12 : 8;
    int length = v4 ? IpAddress.V4_BYTES : IpAddress.V6_BYTES;
    OverlayPacket claimed =
        new OverlayPacket(
            IpAddress.of(Arrays.copyOfRange(packet, addresses, addresses + length)),
            IpAddress.of(Arrays.copyOfRange(packet, addresses + length, addresses + 2 * length)),
            bytes.getLong(header + UDP_HEADER + MARKER.length),
            bytes.get(header + UDP_HEADER + MARKER.length + Long.BYTES) == 1,
            packet.length - header - FIXED);
    return Arrays.equals(claimed.encode(), packet) ? Optional.of(claimed) : Optional.empty();
  }

  OverlayPacket reply() {
    return new OverlayPacket(
        /* source= */ destination, /* destination= */ source, number, true, filling);
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
