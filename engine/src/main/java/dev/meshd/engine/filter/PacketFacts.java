package dev.meshd.engine.filter;

import dev.meshd.packet.BigEndian;
import dev.meshd.packet.IcmpView;
import dev.meshd.packet.IpProtocol;
import dev.meshd.packet.IpVersion;
import dev.meshd.packet.Ipv4View;
import dev.meshd.packet.Ipv6View;
import dev.meshd.packet.TcpView;
import dev.meshd.packet.UdpView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the filter needs to know of a packet, read into fields of an object that is reused for every
 * packet.
 *
 * <p>The reading is strict where a firewall must be: a header that is cut short, a fragment that
 * could overlap the ports of the first one, or lengths that disagree make the protocol {@link
 * #UNKNOWN}. IPv6 extension headers other than a leading Fragment header are not stepped over; such
 * a packet has its extension's number as protocol and no ports, as in tailscale: net/packet.
 *
 * <p>IPv4 addresses are in the low halves, high halves zero. Owned by one thread.
 */
final class PacketFacts {
  /** Stands for every packet whose transport cannot be told. */
  static final int UNKNOWN = -1;

  /** A later fragment: it has no transport header. */
  static final int FRAGMENT = -2;

  /**
   * A later fragment that starts within the first 80 bytes could overlap the largest IPv4 and TCP
   * headers, 60 and 20 bytes; in units of 8 bytes.
   */
  private static final int MIN_FRAGMENT_OFFSET = (60 + 20) / 8;

  private static final int RESERVED_PROTOCOL = 0xff;
  private static final int IPV6_FRAGMENT_HEADER_BYTES = 8;
  private static final int IGMP_BYTES = 8;
  private static final int ICMP_MIN_BYTES = 4;
  private static final int SCTP_HEADER_BYTES = 12;
  private static final int TSMP_MIN_BYTES = 7;

  /** 169.254.169.254, where clouds tell a machine about itself. */
  private static final long METADATA_SERVICE = 0xa9fea9feL;

  /** 4 or 6; 0 if it is neither. */
  int version;

  int protocol;
  long sourceHigh;
  long sourceLow;
  long destinationHigh;
  long destinationLow;
  int sourcePort;
  int destinationPort;
  int tcpFlags;
  int icmpType;
  int icmpCode;

  /** Bytes from the ICMP header on; messages under 8 bytes are neither echo nor error. */
  int icmpBytes;

  /** Reads the packet. {@code length} may exceed the packet's own; never throws on any bytes. */
  void read(MemorySegment memory, long offset, int length) {
    protocol = UNKNOWN;
    sourcePort = 0;
    destinationPort = 0;
    tcpFlags = 0;
    switch (IpVersion.of(memory, offset, length)) {
      case 4 -> readV4(memory, offset, length);
      case 6 -> readV6(memory, offset, length);
      default -> version = 0;
    }
  }

  private void readV4(MemorySegment memory, long offset, int length) {
    if (length < Ipv4View.MIN_HEADER_BYTES) {
      version = 0;
      return;
    }
    version = 4;
    sourceHigh = 0;
    destinationHigh = 0;
    sourceLow = Integer.toUnsignedLong(Ipv4View.source(memory, offset));
    destinationLow = Integer.toUnsignedLong(Ipv4View.destination(memory, offset));
    if (!Ipv4View.isValid(memory, offset, length)) {
      return;
    }
    int header = Ipv4View.headerLength(memory, offset);
    int fragmentOffset = Ipv4View.fragmentOffset(memory, offset);
    int number = Ipv4View.protocol(memory, offset);
    if (fragmentOffset != 0) {
      protocol = laterFragment(fragmentOffset, number);
      return;
    }
    boolean cutTsmp = number == IpProtocol.TSMP && Ipv4View.moreFragments(memory, offset);
    if (!cutTsmp) {
      int transportBytes = Ipv4View.totalLength(memory, offset) - header;
      readTransport(memory, offset + header, transportBytes, number);
    }
  }

  private void readV6(MemorySegment memory, long offset, int length) {
    if (length < Ipv6View.HEADER_BYTES) {
      version = 0;
      return;
    }
    version = 6;
    sourceHigh = Ipv6View.sourceHigh(memory, offset);
    sourceLow = Ipv6View.sourceLow(memory, offset);
    destinationHigh = Ipv6View.destinationHigh(memory, offset);
    destinationLow = Ipv6View.destinationLow(memory, offset);
    if (!Ipv6View.isValid(memory, offset, length)) {
      return;
    }
    int number = Ipv6View.nextHeader(memory, offset);
    int transportBytes = Ipv6View.payloadLength(memory, offset);
    long transport = offset + Ipv6View.HEADER_BYTES;
    if (number == IpProtocol.IPV6_FRAGMENT) {
      if (transportBytes < IPV6_FRAGMENT_HEADER_BYTES) {
        return;
      }
      number = memory.get(ValueLayout.JAVA_BYTE, transport) & 0xff;
      int fragmentOffset = BigEndian.u16(memory, transport + 2) >>> 3;
      if (fragmentOffset != 0) {
        protocol = laterFragment(fragmentOffset, number);
        return;
      }
      transport += IPV6_FRAGMENT_HEADER_BYTES;
      transportBytes -= IPV6_FRAGMENT_HEADER_BYTES;
    }
    readTransport(memory, transport, transportBytes, number);
  }

  private static int laterFragment(int fragmentOffset, int number) {
    return fragmentOffset < MIN_FRAGMENT_OFFSET || number == RESERVED_PROTOCOL ? UNKNOWN : FRAGMENT;
  }

  private void readTransport(MemorySegment memory, long at, int bytes, int number) {
    if (bytes < minBytes(number) || number == RESERVED_PROTOCOL || number == 0) {
      return;
    }
    protocol = number;
    switch (number) {
      case IpProtocol.TCP -> {
        readPorts(memory, at);
        tcpFlags = TcpView.flags(memory, at);
      }
      case IpProtocol.UDP, IpProtocol.SCTP -> readPorts(memory, at);
      case IpProtocol.ICMP, IpProtocol.ICMPV6 -> {
        icmpType = IcmpView.type(memory, at);
        icmpCode = IcmpView.code(memory, at);
        icmpBytes = bytes;
      }
      default -> {}
    }
  }

  private static int minBytes(int number) {
    return switch (number) {
      case IpProtocol.TCP -> TcpView.MIN_HEADER_BYTES;
      case IpProtocol.UDP -> UdpView.HEADER_BYTES;
      case IpProtocol.SCTP -> SCTP_HEADER_BYTES;
      case IpProtocol.ICMP, IpProtocol.ICMPV6 -> ICMP_MIN_BYTES;
      case IpProtocol.IGMP -> IGMP_BYTES;
      case IpProtocol.TSMP -> TSMP_MIN_BYTES;
      default -> 0;
    };
  }

  private void readPorts(MemorySegment memory, long at) {
    sourcePort = BigEndian.u16(memory, at);
    destinationPort = BigEndian.u16(memory, at + 2);
  }

  /** ICMP of the packet's own family. */
  boolean isIcmp() {
    return protocol == (version == 4 ? IpProtocol.ICMP : IpProtocol.ICMPV6);
  }

  /** An answer to an echo request, or an error about a packet sent earlier. */
  boolean isIcmpReplyOrError() {
    if (icmpBytes < IcmpView.HEADER_BYTES) {
      return false;
    }
    return version == 4 ? isIcmpV4ReplyOrError() : isIcmpV6ReplyOrError();
  }

  private boolean isIcmpV4ReplyOrError() {
    return switch (icmpType) {
      case IcmpView.V4_ECHO_REPLY -> icmpCode == 0;
      case IcmpView.V4_DESTINATION_UNREACHABLE,
          IcmpView.V4_TIME_EXCEEDED,
          IcmpView.V4_PARAMETER_PROBLEM ->
          true;
      default -> false;
    };
  }

  private boolean isIcmpV6ReplyOrError() {
    return switch (icmpType) {
      case IcmpView.V6_ECHO_REPLY -> icmpCode == 0;
      case IcmpView.V6_DESTINATION_UNREACHABLE,
          IcmpView.V6_PACKET_TOO_BIG,
          IcmpView.V6_TIME_EXCEEDED,
          IcmpView.V6_PARAMETER_PROBLEM ->
          true;
      default -> false;
    };
  }

  /** 224.0.0.0/4 or ff00::/8. */
  boolean isToMulticast() {
    return version == 4 ? destinationLow >>> 28 == 0xe : destinationHigh >>> 56 == 0xff;
  }

  /** 169.254.0.0/16 except the metadata service 169.254.169.254, or fe80::/10. */
  boolean isToLinkLocal() {
    return version == 4
        ? destinationLow >>> 16 == 0xa9fe && destinationLow != METADATA_SERVICE
        : destinationHigh >>> 54 == 0xfe80 >>> 6;
  }
}
