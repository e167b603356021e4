package dev.meshd.fuzz.reader;

import dev.meshd.engine.filter.FilterPolicy;
import dev.meshd.engine.filter.FilterRule;
import dev.meshd.engine.filter.RuleFilter;
import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.FuzzInput;
import dev.meshd.fuzz.FuzzOutput;
import dev.meshd.fuzz.Seeds;
import dev.meshd.packet.IpPrefix;
import dev.meshd.packet.IpVersion;
import dev.meshd.packet.Ipv4View;
import dev.meshd.packet.Ipv6Extensions;
import dev.meshd.packet.Ipv6View;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Packet headers and the packet filter. Input: a byte and a packet; bit 0 of the byte sends a
 * packet of ours before, so that the packet may be an answer.
 *
 * <p>The packet lies at the very end of a memory segment, so that reading past it throws. Checked
 * against a simple reading of RFC 791, RFC 8200 and the rules: the length of the packet, and
 * whether an opening TCP or a UDP packet to a port is let in; a walk of IPv6 extension headers ends
 * inside the packet.
 */
public final class PacketFilterFuzz implements FuzzBody {

  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ANSWERS = 1;
  private static final int LATEST = 0xffff;

  private final FilterPolicy policy =
      new FilterPolicy(
          List.of(
              new FilterRule(
                  List.of("10.0.0.0/24", "fd00::/64"),
                  List.of(
                      new FilterRule.Destination("10.0.0.1", 80, 90),
                      new FilterRule.Destination("fd00::1", 443, 443)),
                  List.of(),
                  false)),
          List.of(IpPrefix.parse("10.0.0.1/32"), IpPrefix.parse("fd00::1/128")),
          Map.of(),
          false);

  @Override
  public void run(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    boolean answers = (in.u8() & ANSWERS) != 0;
    byte[] packet = in.take(LATEST);
    MemorySegment memory = atTheEnd(packet);
    RuleFilter filter = new RuleFilter();
    filter.update(policy);
    int length = IpVersion.packetLength(memory, 0, packet.length);
    Expect.same(expectedLength(packet), length, "the length of the packet");
    if (answers) {
      filter.allowsOutbound(atTheEnd(swapped(packet)), 0, packet.length, 0);
    }
    boolean allowed = filter.allowsInbound(memory, 0, packet.length, 0);
    if (length >= 0) {
      if (IpVersion.of(memory, 0, packet.length) == 6) {
        walk(memory, length);
      } else {
        Ipv4View.checksumIsRight(memory, 0);
      }
      decide(packet, length, allowed, answers);
    } else {
      Expect.that(packet.length == 0 || !allowed, "what is no packet is not let in");
    }
  }

  private static void walk(MemorySegment memory, int length) {
    long walk = Ipv6Extensions.walk(memory, 0);
    if (walk != Ipv6Extensions.MALFORMED) {
      int upper = Ipv6Extensions.upperOffset(walk);
      Expect.that(upper >= Ipv6View.HEADER_BYTES && upper <= length, "the walk ends in the packet");
    }
  }

  /** The part of the rules that can be said in a few lines: whole TCP and UDP packets. */
  private static void decide(byte[] packet, int length, boolean allowed, boolean answers) {
    boolean v4 = packet[0] >>> 4 == 4;
    int protocol = packet[v4 ? 9 : 6] & 0xff;
    int at = v4 ? (packet[0] & 15) * 4 : 40;
    boolean fragment = v4 && (u16(packet, 6) & 0x3fff) != 0;
    int shortest = protocol == TCP ? 20 : 8;
    if (fragment || (protocol != TCP && protocol != UDP) || length - at < shortest) {
      return;
    }
    boolean opens = protocol == TCP && (packet[at + 13] & 0x12) == 2;
    if (protocol == TCP && !opens || protocol == UDP && answers) {
      return;
    }
    byte[] source = Arrays.copyOfRange(packet, v4 ? 12 : 8, v4 ? 15 : 16);
    byte[] destination = Arrays.copyOfRange(packet, v4 ? 16 : 24, v4 ? 20 : 40);
    byte[] sourceNet = v4 ? new byte[] {10, 0, 0} : new byte[] {(byte) 0xfd, 0, 0, 0, 0, 0, 0, 0};
    byte[] own = v4 ? new byte[] {10, 0, 0, 1} : ownV6();
    int port = u16(packet, at + 2);
    boolean portOpen = v4 ? port >= 80 && port <= 90 : port == 443;
    boolean expected =
        Arrays.equals(source, sourceNet) && Arrays.equals(destination, own) && portOpen;
    Expect.same(expected, allowed, "a rule decides on a packet that opens a flow");
  }

  private static byte[] ownV6() {
    byte[] own = new byte[16];
    own[0] = (byte) 0xfd;
    own[15] = 1;
    return own;
  }

  private static int expectedLength(byte[] packet) {
    if (packet.length >= 20 && packet[0] >>> 4 == 4) {
      int header = (packet[0] & 15) * 4;
      int total = u16(packet, 2);
      return header >= 20 && total >= header && total <= packet.length ? total : -1;
    }
    if (packet.length >= 40 && packet[0] >>> 4 == 6) {
      int total = 40 + u16(packet, 4);
      return total <= packet.length ? total : -1;
    }
    return -1;
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  /** The packet with source and destination exchanged, if it has them. */
  private static byte[] swapped(byte[] packet) {
    byte[] swapped = packet.clone();
    boolean v4 = packet.length >= 28 && packet[0] >>> 4 == 4;
    boolean v6 = packet.length >= 48 && packet[0] >>> 4 == 6;
    if (v4 || v6) {
      int at = v4 ? 12 : 8;
      int bytes = v4 ? 4 : 16;
      System.arraycopy(packet, at, swapped, at + bytes, bytes);
      System.arraycopy(packet, at + bytes, swapped, at, bytes);
      int ports = v4 ? 20 : 40;
      System.arraycopy(packet, ports, swapped, ports + 2, 2);
      System.arraycopy(packet, ports + 2, swapped, ports, 2);
    }
    return swapped;
  }

  private static MemorySegment atTheEnd(byte[] packet) {
    MemorySegment memory = Arena.ofAuto().allocate(Math.max(1, packet.length));
    MemorySegment.copy(packet, 0, memory, ValueLayout.JAVA_BYTE, 0, packet.length);
    return memory.asSlice(0, packet.length);
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    for (int protocol : new int[] {1, 2, 6, 17, 58, 99, 132, 255, 0}) {
      seeds.add("v4-" + protocol, packet(0, v4(protocol, 0, 80)));
      seeds.add("v6-" + protocol, packet(0, v6(protocol, 443)));
    }
    seeds.add("v4-port-closed", packet(0, v4(6, 0, 91)));
    seeds.add("v4-answer", packet(1, v4(17, 0, 5000)));
    seeds.add("v6-answer", packet(1, v6(17, 5000)));
    seeds.add("v4-first-fragment", packet(0, v4(6, 0x2000, 80)));
    seeds.add("v4-overlapping-fragment", packet(0, v4(6, 1, 80)));
    seeds.add("v4-later-fragment", packet(0, v4(6, 100, 80)));
    byte[] extended = v6(0, 443);
    extended[40] = 44;
    extended[48] = 60;
    seeds.add("v6-extensions", packet(0, extended));
    byte[] fragment = v6(44, 443);
    fragment[40] = 6;
    seeds.add("v6-fragment", packet(0, fragment));
    seeds.add("v6-authentication", packet(0, v6(51, 0)));
    seeds.add("empty", packet(0, new byte[0]));
    seeds.add("cut", packet(0, Arrays.copyOf(v4(6, 0, 80), 19)));
  }

  private static byte[] v4(int protocol, int fragment, int port) {
    byte[] p = new byte[44];
    p[0] = 0x45;
    p[3] = 44;
    p[6] = (byte) (fragment >>> 8);
    p[7] = (byte) fragment;
    p[9] = (byte) protocol;
    System.arraycopy(new byte[] {10, 0, 0, 7, 10, 0, 0, 1}, 0, p, 12, 8);
    p[22] = (byte) (port >>> 8);
    p[23] = (byte) port;
    p[33] = 2;
    return p;
  }

  private static byte[] v6(int protocol, int port) {
    byte[] p = new byte[80];
    p[0] = 0x60;
    p[5] = 40;
    p[6] = (byte) protocol;
    p[8] = (byte) 0xfd;
    p[23] = 7;
    p[24] = (byte) 0xfd;
    p[39] = 1;
    p[42] = (byte) (port >>> 8);
    p[43] = (byte) port;
    p[53] = 2;
    return p;
  }

  private static byte[] packet(int flags, byte[] packet) {
    return new FuzzOutput().u8(flags).bytes(packet).done();
  }
}
