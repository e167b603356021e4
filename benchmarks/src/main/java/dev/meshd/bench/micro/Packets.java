package dev.meshd.bench.micro;

import dev.meshd.packet.BigEndian;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpProtocol;
import dev.meshd.packet.Ipv4View;
import dev.meshd.packet.TcpView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** IPv4 packets in native memory. Stateless. */
final class Packets {
  private static final int DESTINATION_PORT_OFFSET = 2;

  private Packets() {}

  /** Writes a TCP segment of {@code length} bytes in all, with the ACK flag. */
  static void putTcp(MemorySegment at, long offset, int length, String from, String to, int port) {
    MemorySegment packet = at.asSlice(offset, length);
    packet.fill((byte) 0);
    packet.set(ValueLayout.JAVA_BYTE, 0, (byte) 0x45);
    BigEndian.put16(packet, Ipv4View.TOTAL_LENGTH_OFFSET, length);
    packet.set(ValueLayout.JAVA_BYTE, Ipv4View.PROTOCOL_OFFSET, (byte) IpProtocol.TCP);
    BigEndian.put32(packet, Ipv4View.SOURCE_OFFSET, IpAddress.parse(from).v4Value());
    BigEndian.put32(packet, Ipv4View.DESTINATION_OFFSET, IpAddress.parse(to).v4Value());
    BigEndian.put16(packet, Ipv4View.MIN_HEADER_BYTES, port);
    BigEndian.put16(packet, Ipv4View.MIN_HEADER_BYTES + DESTINATION_PORT_OFFSET, port);
    packet.set(
        ValueLayout.JAVA_BYTE,
        Ipv4View.MIN_HEADER_BYTES + TcpView.FLAGS_OFFSET,
        (byte) TcpView.ACK);
  }

  /** Turns such a segment into one of UDP. */
  static void makeUdp(MemorySegment at, long offset) {
    at.set(ValueLayout.JAVA_BYTE, offset + Ipv4View.PROTOCOL_OFFSET, (byte) IpProtocol.UDP);
  }
}
