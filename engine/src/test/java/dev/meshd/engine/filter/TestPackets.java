package dev.meshd.engine.filter;

import dev.meshd.packet.BigEndian;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpProtocol;
import dev.meshd.packet.TcpView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Builds packets of either family for the filter's tests. */
final class TestPackets {
  private static final int TRANSPORT_BYTES = 20;

  private TestPackets() {}

  static MemorySegment tcp(String from, String to, int port, int flags) {
    MemorySegment packet = ip(from, to, IpProtocol.TCP, TRANSPORT_BYTES);
    int at = header(from);
    BigEndian.put16(packet, at, 40000);
    BigEndian.put16(packet, at + 2, port);
    packet.set(ValueLayout.JAVA_BYTE, at + TcpView.FLAGS_OFFSET, (byte) flags);
    return packet;
  }

  static MemorySegment ports(int protocol, String from, int fromPort, String to, int toPort) {
    MemorySegment packet = ip(from, to, protocol, TRANSPORT_BYTES);
    int at = header(from);
    BigEndian.put16(packet, at, fromPort);
    BigEndian.put16(packet, at + 2, toPort);
    return packet;
  }

  static MemorySegment udp(String from, int fromPort, String to, int toPort) {
    return ports(IpProtocol.UDP, from, fromPort, to, toPort);
  }

  static MemorySegment icmp(String from, String to, int type) {
    boolean v4 = IpAddress.parse(from).isV4();
    int protocol = v4 ? IpProtocol.ICMP : IpProtocol.ICMPV6;
    MemorySegment packet = ip(from, to, protocol, TRANSPORT_BYTES);
    packet.set(ValueLayout.JAVA_BYTE, header(from), (byte) type);
    return packet;
  }

  static MemorySegment ip(String from, String to, int protocol, int payloadBytes) {
    IpAddress source = IpAddress.parse(from);
    IpAddress destination = IpAddress.parse(to);
    int header = header(from);
    MemorySegment packet = MemorySegment.ofArray(new byte[header + payloadBytes]);
    if (source.isV4()) {
      packet.set(ValueLayout.JAVA_BYTE, 0, (byte) 0x45);
      BigEndian.put16(packet, 2, header + payloadBytes);
      packet.set(ValueLayout.JAVA_BYTE, 9, (byte) protocol);
      BigEndian.put32(packet, 12, source.v4Value());
      BigEndian.put32(packet, 16, destination.v4Value());
    } else {
      packet.set(ValueLayout.JAVA_BYTE, 0, (byte) 0x60);
      BigEndian.put16(packet, 4, payloadBytes);
      packet.set(ValueLayout.JAVA_BYTE, 6, (byte) protocol);
      BigEndian.put64(packet, 8, source.high());
      BigEndian.put64(packet, 16, source.low());
      BigEndian.put64(packet, 24, destination.high());
      BigEndian.put64(packet, 32, destination.low());
    }
    return packet;
  }

  private static int header(String from) {
    return IpAddress.parse(from).isV4() ? 20 : 40;
  }
}
