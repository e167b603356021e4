package dev.meshd.fuzz.reader;

import dev.meshd.engine.datapath.EngineInbox;
import dev.meshd.engine.datapath.Inbound;
import dev.meshd.engine.datapath.OverlaySink;
import dev.meshd.engine.datapath.PacketFilter;
import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.Fixed;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.FuzzInput;
import dev.meshd.fuzz.FuzzOutput;
import dev.meshd.fuzz.Seeds;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpPrefix;
import dev.meshd.wireguard.Keypair;
import dev.meshd.wireguard.SignalQueue;
import dev.meshd.wireguard.WireGuardDevice;
import dev.meshd.wireguard.WireGuardPeer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The way of one datagram into this host, with a session. Input: a byte and the rest; the byte
 * chooses
 *
 * <pre>
 * 0  the rest is the datagram
 * 1  the rest is a datagram, but with the index of our session
 * 2  the rest is the inner packet, sealed by the peer
 * 3  a sealed packet, changed by (exclusive or) the rest
 * </pre>
 *
 * <p>Checked: one counted outcome for each; a packet is delivered if and only if a simple reading
 * of its header says it may be, cut to its own length; nothing changed is opened.
 */
public final class WireGuardTransportFuzz implements FuzzBody {

  private static final int MAX_INNER = 4000;
  private static final long NOW = 1_000_000;
  private static final Endpoint FROM = Endpoint.parse("192.0.2.7:41641");
  private static final byte[] SAMPLE = ipv4(20, 0x0A000002);

  private final WireGuardDevice device;
  private final Keypair sending;
  private final int receiverIndex;
  private final MemorySegment memory = Arena.ofAuto().allocate(8192);
  private final Inbound inbound;
  private byte @Nullable [] delivered;
  private int toEngine;

  public WireGuardTransportFuzz() {
    GenuineHandshake.Sent ours = new GenuineHandshake.Sent();
    GenuineHandshake.Sent theirs = new GenuineHandshake.Sent();
    device = new WireGuardDevice(Fixed.nodeKey(1), Fixed.wireGuard(1), new SignalQueue(() -> {}));
    WireGuardDevice other =
        new WireGuardDevice(Fixed.nodeKey(2), Fixed.wireGuard(2), new SignalQueue(() -> {}));
    WireGuardPeer peer = device.addPeer(other.publicKey(), 0);
    device.setAllowedIps(
        peer, List.of(IpPrefix.parse("10.0.0.2/32"), IpPrefix.parse("fd00::2/128")));
    WireGuardPeer us = other.addPeer(device.publicKey(), 0);
    other.startHandshake(us, 1, theirs);
    device.onHandshake(theirs.messages.getFirst(), FROM, 1, ours);
    other.onHandshake(ours.messages.getFirst(), FROM, 1, theirs);
    sending = Objects.requireNonNull(us.currentKeypair());
    receiverIndex = indexOf(sealed(new byte[0]));
    inbound = new Inbound(device, new Delivered(), new Counted(), PacketFilter.NONE);
  }

  @Override
  public void run(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    int kind = in.u8() & 3;
    byte[] rest = in.take(MAX_INNER);
    delivered = null;
    toEngine = 0;
    long dropsBefore = drops();
    byte[] datagram =
        switch (kind) {
          case 0 -> rest;
          case 1 -> withIndex(rest);
          case 2 -> sealed(rest);
          default -> sealed(SAMPLE);
        };
    if (kind == 3) {
      boolean changes = false;
      for (int i = 0; i < Math.min(rest.length, datagram.length); i++) {
        datagram[i] ^= rest[i];
        changes |= rest[i] != 0;
      }
      receive(datagram);
      Expect.that(changes == (delivered == null), "exactly what was changed is refused");
    } else {
      receive(datagram);
    }
    long dropped = drops() - dropsBefore;
    if (kind == 2) {
      byte[] expected = readable(padded(rest));
      Expect.that(Arrays.equals(expected, delivered), "what may pass passes, and nothing else");
      Expect.same(rest.length == 0 || expected != null ? 0L : 1L, dropped, "a refusal is counted");
    } else if (kind != 3) {
      Expect.that(delivered == null, "what the peer did not seal is not delivered");
      Expect.same(1L, dropped + toEngine, "a datagram has one outcome");
    }
  }

  private void receive(byte[] datagram) {
    MemorySegment.copy(datagram, 0, memory, ValueLayout.JAVA_BYTE, 0, datagram.length);
    MemorySegment whole = memory.asSlice(0, Math.max(1, datagram.length));
    inbound.datagram(whole, 0, datagram.length, FROM, NOW);
    inbound.flush();
  }

  private byte[] sealed(byte[] inner) {
    int head = 16;
    MemorySegment packet = Arena.ofAuto().allocate(head + MAX_INNER + 64);
    MemorySegment.copy(inner, 0, packet, ValueLayout.JAVA_BYTE, head, inner.length);
    int padded = padded(inner).length;
    int length = sending.seal(packet, 0, padded);
    return packet.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }

  private static byte[] padded(byte[] inner) {
    return Arrays.copyOf(inner, (inner.length + 15) / 16 * 16);
  }

  private static int indexOf(byte[] datagram) {
    return MemorySegment.ofArray(datagram).get(ValueLayout.JAVA_INT_UNALIGNED, 4);
  }

  private byte[] withIndex(byte[] datagram) {
    byte[] changed = datagram.clone();
    if (changed.length >= 8) {
      changed[0] = 4;
      changed[1] = 0;
      changed[2] = 0;
      changed[3] = 0;
      MemorySegment.ofArray(changed).set(ValueLayout.JAVA_INT_UNALIGNED, 4, receiverIndex);
    }
    return changed;
  }

  private long drops() {
    return device.drops().nonZero().values().stream().mapToLong(Long::longValue).sum();
  }

  /** The packet, cut to its own length, if it may pass; null if it may not. */
  private static byte @Nullable [] readable(byte[] packet) {
    if (packet.length == 0) {
      return null;
    }
    int version = (packet[0] & 0xff) >>> 4;
    if (version == 4 && packet.length >= 20) {
      int header = (packet[0] & 15) * 4;
      int total = u16(packet, 2);
      boolean sound = header >= 20 && total >= header && total <= packet.length;
      return sound && at(packet, 12, 10, 0, 0, 2) ? Arrays.copyOf(packet, total) : null;
    }
    if (version == 6 && packet.length >= 40) {
      int total = 40 + u16(packet, 4);
      boolean ours =
          at(packet, 8, 0xfd, 0, 0, 0, 0, 0, 0, 0) && at(packet, 16, 0, 0, 0, 0, 0, 0, 0, 2);
      return total <= packet.length && ours ? Arrays.copyOf(packet, total) : null;
    }
    return null;
  }

  private static boolean at(byte[] packet, int offset, int... expected) {
    for (int i = 0; i < expected.length; i++) {
      if ((packet[offset + i] & 0xff) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  private final class Delivered implements OverlaySink {
    @Override
    public void packet(MemorySegment from, long offset, int length) {
      Expect.that(delivered == null, "a datagram carries one packet");
      delivered = from.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void flush() {}
  }

  private final class Counted implements EngineInbox {
    @Override
    public void datagram(MemorySegment from, long offset, int length, Endpoint sender) {
      toEngine++;
    }
  }

  private static byte[] ipv4(int totalLength, int source) {
    byte[] packet = new byte[Math.max(20, totalLength)];
    packet[0] = 0x45;
    packet[2] = (byte) (totalLength >>> 8);
    packet[3] = (byte) totalLength;
    packet[9] = 17;
    for (int i = 0; i < 4; i++) {
      packet[12 + i] = (byte) (source >>> (24 - 8 * i));
    }
    return packet;
  }

  private static byte[] ipv6(int payload, int sourceEnd) {
    byte[] packet = new byte[40 + Math.min(payload, 200)];
    packet[0] = 0x60;
    packet[4] = (byte) (payload >>> 8);
    packet[5] = (byte) payload;
    packet[8] = (byte) 0xfd;
    packet[23] = (byte) sourceEnd;
    return packet;
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    seeds.add("empty", new byte[0]);
    for (int length : new int[] {0, 19, 20, 31, 32, 33, 148}) {
      byte[] datagram = new byte[length];
      if (length > 0) {
        datagram[0] = 4;
      }
      seeds.add("raw-%03d".formatted(length), new FuzzOutput().u8(0).bytes(datagram).done());
      seeds.add("index-%03d".formatted(length), new FuzzOutput().u8(1).bytes(datagram).done());
    }
    seeds.add("keepalive", new byte[] {2});
    seeds.add("v4", inner(ipv4(28, 0x0A000002)));
    seeds.add("v4-longer-than-data", inner(ipv4(2000, 0x0A000002)));
    seeds.add("v4-shorter-than-data", inner(Arrays.copyOf(ipv4(28, 0x0A000002), 90)));
    seeds.add("v4-foreign-source", inner(ipv4(28, 0x0A000003)));
    byte[] options = ipv4(60, 0x0A000002);
    options[0] = 0x4f;
    seeds.add("v4-options", inner(options));
    byte[] header = ipv4(28, 0x0A000002);
    header[0] = 0x44;
    seeds.add("v4-short-header", inner(header));
    seeds.add("v6", inner(ipv6(8, 2)));
    seeds.add("v6-foreign-source", inner(ipv6(8, 3)));
    seeds.add("v6-longer-than-data", inner(ipv6(900, 2)));
    seeds.add("v6-cut", inner(Arrays.copyOf(ipv6(0, 2), 30)));
    seeds.add("version-5", inner(new byte[] {0x50, 1, 2, 3}));
    seeds.add("unchanged", new byte[] {3});
    for (int at : new int[] {0, 1, 4, 8, 15, 16, 36, 63}) {
      byte[] change = new byte[at + 1];
      change[at] = 1;
      seeds.add("changed-%02d".formatted(at), new FuzzOutput().u8(3).bytes(change).done());
    }
  }

  private static byte[] inner(byte[] packet) {
    return new FuzzOutput().u8(2).bytes(packet).done();
  }
}
