package dev.meshd.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HeaderViewsTest {
  private static final String V4_TCP_SYN =
      "4500003c12344000400600000a0000010a000002"
          + "d431005000000001000000025002faf000000000"
          + "00".repeat(20);

  @Test
  void readsIpv4AndTcpFields() {
    MemorySegment packet = hex(V4_TCP_SYN);
    assertThat(Ipv4View.isValid(packet, 0, 60)).isTrue();
    assertThat(IpVersion.packetLength(packet, 0, 60)).isEqualTo(60);
    assertThat(Ipv4View.headerLength(packet, 0)).isEqualTo(20);
    assertThat(Ipv4View.identification(packet, 0)).isEqualTo(0x1234);
    assertThat(Ipv4View.moreFragments(packet, 0)).isFalse();
    assertThat(Ipv4View.fragmentOffset(packet, 0)).isZero();
    assertThat(Ipv4View.timeToLive(packet, 0)).isEqualTo(64);
    assertThat(Ipv4View.protocol(packet, 0)).isEqualTo(IpProtocol.TCP);
    assertThat(IpAddress.ofV4(Ipv4View.source(packet, 0))).hasToString("10.0.0.1");
    assertThat(IpAddress.ofV4(Ipv4View.destination(packet, 0))).hasToString("10.0.0.2");
    assertThat(TcpView.sourcePort(packet, 20)).isEqualTo(54321);
    assertThat(TcpView.destinationPort(packet, 20)).isEqualTo(80);
    assertThat(TcpView.sequence(packet, 20)).isEqualTo(1);
    assertThat(TcpView.acknowledgment(packet, 20)).isEqualTo(2);
    assertThat(TcpView.headerLength(packet, 20)).isEqualTo(20);
    assertThat(TcpView.opensConnection(TcpView.flags(packet, 20))).isTrue();
    assertThat(TcpView.opensConnection(TcpView.SYN | TcpView.ACK)).isFalse();
  }

  @Test
  void ipv4LengthsMustAgree() {
    assertThat(Ipv4View.isValid(hex(V4_TCP_SYN), 0, 59)).as("total over buffer").isFalse();
    assertThat(Ipv4View.isValid(hex("44" + V4_TCP_SYN.substring(2)), 0, 60))
        .as("header under 20")
        .isFalse();
    assertThat(Ipv4View.isValid(hex("4f000014" + V4_TCP_SYN.substring(8)), 0, 60))
        .as("header over total")
        .isFalse();
    assertThat(IpVersion.packetLength(hex(V4_TCP_SYN + "ffff"), 0, 62)).as("padding").isEqualTo(60);
  }

  @Test
  void readsIpv6Fields() {
    MemorySegment packet =
        hex(
            "6000000000083a40"
                + "fd"
                + "00".repeat(15)
                + "fe80"
                + "00".repeat(14)
                + "8000000000010002");
    assertThat(Ipv6View.isValid(packet, 0, 48)).isTrue();
    assertThat(Ipv6View.isValid(packet, 0, 47)).isFalse();
    assertThat(Ipv6View.totalLength(packet, 0)).isEqualTo(48);
    assertThat(Ipv6View.hopLimit(packet, 0)).isEqualTo(64);
    assertThat(Ipv6View.sourceHigh(packet, 0)).isEqualTo(0xfdL << 56);
    assertThat(Ipv6View.destinationHigh(packet, 0)).isEqualTo(0xfe80L << 48);
    long walk = Ipv6Extensions.walk(packet, 0);
    assertThat(Ipv6Extensions.protocol(walk)).isEqualTo(IpProtocol.ICMPV6);
    assertThat(Ipv6Extensions.upperOffset(walk)).isEqualTo(40);
    assertThat(Ipv6Extensions.isFragment(walk)).isFalse();
    assertThat(IcmpView.type(packet, 40)).isEqualTo(IcmpView.V6_ECHO_REQUEST);
    assertThat(IcmpView.identifier(packet, 40)).isEqualTo(1);
    assertThat(IcmpView.sequence(packet, 40)).isEqualTo(2);
  }

  @Test
  void walksOverExtensionHeadersToUdp() {
    // hop-by-hop (8), destination options (16), first fragment with more to come, UDP
    MemorySegment packet =
        v6(
            0,
            "3c00"
                + "00".repeat(6)
                + "2c01"
                + "00".repeat(14)
                + "11000001aabbccdd"
                + "00".repeat(8));
    long walk = Ipv6Extensions.walk(packet, 0);
    assertThat(Ipv6Extensions.protocol(walk)).isEqualTo(IpProtocol.UDP);
    assertThat(Ipv6Extensions.upperOffset(walk)).isEqualTo(40 + 8 + 16 + 8);
    assertThat(Ipv6Extensions.isFragment(walk)).isTrue();
    assertThat(Ipv6Extensions.moreFragments(walk)).isTrue();
    assertThat(Ipv6Extensions.fragmentOffset(walk)).isZero();
  }

  @Test
  void laterFragmentEndsTheWalkAtItsPayload() {
    MemorySegment packet = v6(44, "00000568aabbccdd" + "ff".repeat(8));
    long walk = Ipv6Extensions.walk(packet, 0);
    assertThat(Ipv6Extensions.fragmentOffset(walk)).isEqualTo(0x568 >>> 3);
    assertThat(Ipv6Extensions.upperOffset(walk)).isEqualTo(48);
    assertThat(Ipv6Extensions.moreFragments(walk)).isFalse();
  }

  @Test
  void extensionOverTheEndOrTooManyIsMalformed() {
    assertThat(Ipv6Extensions.walk(v6(0, "11ff" + "00".repeat(6)), 0))
        .isEqualTo(Ipv6Extensions.MALFORMED);
    assertThat(Ipv6Extensions.walk(v6(60, "3c00"), 0)).isEqualTo(Ipv6Extensions.MALFORMED);
    assertThat(Ipv6Extensions.walk(v6(60, "3c00000000000000".repeat(9)), 0))
        .isEqualTo(Ipv6Extensions.MALFORMED);
  }

  @Property
  void anyBytesAreReadWithoutException(@ForAll @Size(max = 120) byte[] bytes) {
    if (bytes.length > 0) {
      bytes[0] = (byte) (bytes[0] & 0x0f | (bytes.length % 2 == 0 ? 0x40 : 0x60));
    }
    MemorySegment segment = MemorySegment.ofArray(bytes);
    int length = IpVersion.packetLength(segment, 0, bytes.length);
    assertThat(length).isBetween(-1, bytes.length);
    if (Ipv6View.isValid(segment, 0, bytes.length)) {
      long walk = Ipv6Extensions.walk(segment, 0);
      if (walk != Ipv6Extensions.MALFORMED) {
        assertThat(Ipv6Extensions.upperOffset(walk)).isLessThanOrEqualTo(length);
      }
    }
  }

  private static MemorySegment v6(int nextHeader, String payloadHex) {
    String header = "60000000%04x%02x40".formatted(payloadHex.length() / 2, nextHeader);
    return hex(header + "00".repeat(32) + payloadHex);
  }

  private static MemorySegment hex(String text) {
    return MemorySegment.ofArray(HexFormat.of().parseHex(text));
  }
}
