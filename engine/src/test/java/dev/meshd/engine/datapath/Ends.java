package dev.meshd.engine.datapath;

import dev.meshd.crypto.AeadEngine;
import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.packet.BigEndian;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import dev.meshd.packet.Ipv4View;
import dev.meshd.packet.Ipv6View;
import dev.meshd.wireguard.PeerPath;
import dev.meshd.wireguard.SignalQueue;
import dev.meshd.wireguard.WireGuardDevice;
import dev.meshd.wireguard.WireGuardOutput;
import dev.meshd.wireguard.WireGuardPeer;
import dev.meshd.wireguard.WireGuardSettings;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Two devices with their data paths, joined in memory: what one sends the other receives at once.
 */
final class Ends {
  static final int MTU = 1420;
  static final Endpoint A_ENDPOINT = Endpoint.parse("192.0.2.1:1001");
  static final Endpoint B_ENDPOINT = Endpoint.parse("192.0.2.2:1002");

  final End a;
  final End b;
  long nowNs = 1_000_000_000L;

  Ends(AeadEngine ciphers) {
    a = new End(1, ciphers);
    b = new End(2, ciphers);
    a.meet(b, "10.0.0.2/32", "fd00::2/128");
    b.meet(a, "10.0.0.1/32", "fd00::1/128");
  }

  /** One side. */
  final class End implements WireGuardOutput, UnderlaySink, OverlaySink, EngineInbox {
    final WireGuardDevice device;
    final Outbound outbound;
    final Inbound inbound;
    final OutboundCommands commands = new OutboundCommands(() -> {});
    final List<byte[]> delivered = new ArrayList<>();
    final List<Integer> sentLengths = new ArrayList<>();
    final MemorySegment slab = Arena.ofAuto().allocate(4096, 64);
    final MemorySegment wire = Arena.ofAuto().allocate(4096, 64);
    final Endpoint address;
    End other = this;
    long deliveredCount;
    boolean recording = true;
    boolean cutOff;

    End(int number, AeadEngine ciphers) {
      address = number == 1 ? A_ENDPOINT : B_ENDPOINT;
      Random random = new Random(number);
      device =
          new WireGuardDevice(
              NodePrivateKey.generate(random::nextBytes),
              new WireGuardSettings(
                  true,
                  ciphers,
                  random::nextBytes,
                  JitterSource.seeded(number),
                  () -> Instant.EPOCH.plusNanos(nowNs)),
              new SignalQueue(() -> {}));
      outbound = new Outbound(device, this, PacketFilter.NONE, Arena.ofAuto(), MTU);
      inbound = new Inbound(device, this, this, PacketFilter.NONE);
    }

    void meet(End peer, String... allowedIps) {
      other = peer;
      WireGuardPeer known = device.addPeer(peer.device.publicKey(), nowNs);
      known.publishPath(PeerPath.direct(peer.address));
      device.setAllowedIps(known, List.of(allowedIps).stream().map(IpPrefix::parse).toList());
    }

    WireGuardPeer peer() {
      return device.peers().iterator().next();
    }

    /** Puts a packet into the TUN device, so to speak. */
    int send(byte[] packet) {
      MemorySegment.copy(packet, 0, slab, ValueLayout.JAVA_BYTE, Outbound.HEADROOM, packet.length);
      int sealed = outbound.packet(slab, Outbound.HEADROOM, packet.length, nowNs);
      outbound.flush();
      settle();
      return sealed;
    }

    /** Lets the engine look at signals and the sealing thread at commands until nothing is left. */
    void settle() {
      while (!device.signals().isEmpty() || !commands.isEmpty()) {
        device.onSignals(nowNs, this);
        commands.drainTo(outbound, nowNs);
      }
    }

    void receive(byte[] datagram, Endpoint from) {
      MemorySegment.copy(datagram, 0, wire, ValueLayout.JAVA_BYTE, 0, datagram.length);
      inbound.datagram(wire, 0, datagram.length, from, nowNs);
      inbound.flush();
      settle();
    }

    @Override
    public void datagram(
        MemorySegment memory, long offset, int length, WireGuardPeer peer, PeerPath path) {
      if (recording) {
        sentLengths.add(length);
      }
      if (!cutOff) {
        MemorySegment.copy(memory, offset, other.wire, 0, length);
        other.inbound.datagram(other.wire, 0, length, address, nowNs);
        other.inbound.flush();
      }
    }

    @Override
    public void packet(MemorySegment memory, long offset, int length) {
      deliveredCount++;
      if (recording) {
        delivered.add(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void datagram(MemorySegment memory, long offset, int length, Endpoint from) {
      byte[] bytes = memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
      device.onHandshake(bytes, from, nowNs, this);
      commands.drainTo(outbound, nowNs);
    }

    @Override
    public void sendToPeer(WireGuardPeer peer, byte[] handshakeMessage) {
      if (!cutOff) {
        other.receive(handshakeMessage, address);
      }
    }

    @Override
    public void sendCookieReply(Endpoint to, byte[] reply) {
      other.receive(reply, address);
    }

    @Override
    public void sendKeepalive(WireGuardPeer peer, boolean oweAnother) {
      commands.sendKeepalive(peer, oweAnother);
    }

    @Override
    public void flushStaged(WireGuardPeer peer) {
      commands.flushStaged(peer);
    }

    @Override
    public void dropStaged(WireGuardPeer peer) {
      commands.dropStaged(peer);
    }
  }

  /** An IPv4 packet with a recognisable payload. */
  static byte[] ipv4(String from, String to, int length) {
    MemorySegment packet = MemorySegment.ofArray(new byte[length]);
    packet.fill((byte) length);
    packet.set(ValueLayout.JAVA_BYTE, 0, (byte) 0x45);
    BigEndian.put16(packet, Ipv4View.TOTAL_LENGTH_OFFSET, length);
    packet.asSlice(Ipv4View.SOURCE_OFFSET, 4).copyFrom(address(from));
    packet.asSlice(Ipv4View.DESTINATION_OFFSET, 4).copyFrom(address(to));
    return packet.toArray(ValueLayout.JAVA_BYTE);
  }

  /** An IPv6 packet with a recognisable payload. */
  static byte[] ipv6(String from, String to, int length) {
    MemorySegment packet = MemorySegment.ofArray(new byte[length]);
    packet.fill((byte) length);
    packet.set(ValueLayout.JAVA_BYTE, 0, (byte) 0x60);
    BigEndian.put16(packet, Ipv6View.PAYLOAD_LENGTH_OFFSET, length - Ipv6View.HEADER_BYTES);
    packet.asSlice(Ipv6View.SOURCE_OFFSET, 16).copyFrom(address(from));
    packet.asSlice(Ipv6View.DESTINATION_OFFSET, 16).copyFrom(address(to));
    return packet.toArray(ValueLayout.JAVA_BYTE);
  }

  private static MemorySegment address(String text) {
    return MemorySegment.ofArray(IpAddress.parse(text).bytes());
  }
}
