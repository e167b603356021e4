package dev.meshd.bench.micro;

import dev.meshd.crypto.AeadEngine;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.engine.datapath.EngineInbox;
import dev.meshd.engine.datapath.Inbound;
import dev.meshd.engine.datapath.Outbound;
import dev.meshd.engine.datapath.OutboundCommands;
import dev.meshd.engine.datapath.OverlaySink;
import dev.meshd.engine.datapath.PacketFilter;
import dev.meshd.engine.datapath.UnderlaySink;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpPrefix;
import dev.meshd.wireguard.PeerPath;
import dev.meshd.wireguard.SignalQueue;
import dev.meshd.wireguard.WireGuardDevice;
import dev.meshd.wireguard.WireGuardOutput;
import dev.meshd.wireguard.WireGuardPeer;
import dev.meshd.wireguard.WireGuardSettings;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Two devices with their data paths, joined in memory: what one sends the other receives at once.
 * Owned by one thread.
 */
final class TwoEnds {
  static final int MTU = 1420;

  final End a;
  final End b;
  private long nowNs = 1_000_000_000L;

  TwoEnds(AeadEngine ciphers, Arena arena) {
    a = new End(Endpoint.parse("192.0.2.1:1001"), ciphers, arena);
    b = new End(Endpoint.parse("192.0.2.2:1002"), ciphers, arena);
    a.meet(b, "10.0.0.2/32");
    b.meet(a, "10.0.0.1/32");
  }

  /** One side. */
  final class End implements WireGuardOutput, UnderlaySink, OverlaySink, EngineInbox {
    private final WireGuardDevice device;
    private final Outbound outbound;
    private final Inbound inbound;
    private final OutboundCommands commands = new OutboundCommands(() -> {});
    private final MemorySegment slab;
    private final MemorySegment wire;
    private final Endpoint address;
    private End other = this;
    long delivered;

    End(Endpoint address, AeadEngine ciphers, Arena arena) {
      this.address = address;
      slab = arena.allocate(4096, 64);
      wire = arena.allocate(4096, 64);
      device =
          new WireGuardDevice(
              NodePrivateKey.generate(),
              WireGuardSettings.system(true).withCiphers(ciphers),
              new SignalQueue(() -> {}));
      outbound = new Outbound(device, this, PacketFilter.NONE, arena, MTU);
      inbound = new Inbound(device, this, this, PacketFilter.NONE);
    }

    private void meet(End peer, String allowedIp) {
      other = peer;
      WireGuardPeer known = device.addPeer(peer.device.publicKey(), nowNs);
      known.publishPath(PeerPath.direct(peer.address));
      device.setAllowedIps(known, List.of(IpPrefix.parse(allowedIp)));
    }

    /** Sends the packet, which is copied into the sending memory first. */
    void send(MemorySegment packet) {
      MemorySegment.copy(packet, 0, slab, Outbound.HEADROOM, packet.byteSize());
      outbound.packet(slab, Outbound.HEADROOM, (int) packet.byteSize(), nowNs);
      outbound.flush();
    }

    /** Lets the engine look at signals until there are none, which completes a handshake. */
    void settle() {
      while (!device.signals().isEmpty() || !commands.isEmpty()) {
        device.onSignals(nowNs, this);
        commands.drainTo(outbound, nowNs);
      }
    }

    @Override
    public void datagram(
        MemorySegment memory, long offset, int length, WireGuardPeer peer, PeerPath path) {
      MemorySegment.copy(memory, offset, other.wire, 0, length);
      other.inbound.datagram(other.wire, 0, length, address, nowNs);
      other.inbound.flush();
    }

    @Override
    public void packet(MemorySegment memory, long offset, int length) {
      delivered++;
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
    public void sendToPeer(WireGuardPeer peer, byte[] message) {
      MemorySegment.copy(message, 0, other.wire, ValueLayout.JAVA_BYTE, 0, message.length);
      other.inbound.datagram(other.wire, 0, message.length, address, nowNs);
      other.settle();
    }

    @Override
    public void sendCookieReply(Endpoint to, byte[] reply) {}

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
}
