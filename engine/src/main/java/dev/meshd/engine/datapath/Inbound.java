package dev.meshd.engine.datapath;

import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpVersion;
import dev.meshd.packet.Ipv4View;
import dev.meshd.packet.Ipv6View;
import dev.meshd.wireguard.AllowedIps;
import dev.meshd.wireguard.DropCounters;
import dev.meshd.wireguard.DropReason;
import dev.meshd.wireguard.Keypair;
import dev.meshd.wireguard.PeerSignal;
import dev.meshd.wireguard.ReceiverIndexTable;
import dev.meshd.wireguard.WireGuardDevice;
import dev.meshd.wireguard.WireGuardPeer;
import dev.meshd.wireguard.transport.TransportLayout;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * From the network into this host: {@link #datagram} is the way of one datagram, step by step.
 *
 * <p>Up to the point where a packet has been opened nothing changes because of it. From then on it
 * counts as a sign of life of its peer, whatever is wrong inside. Owned by the opening thread; does
 * not allocate.
 */
public final class Inbound {
  /** Shorter than anything that any of the protocols on the port sends. */
  private static final int MIN_DATAGRAM_BYTES = 20;

  private final ReceiverIndexTable keypairs;
  private final AllowedIps allowedIps;
  private final DropCounters drops;
  private final boolean roaming;
  private final OverlaySink overlay;
  private final EngineInbox inbox;
  private final PathTraffic traffic = new PathTraffic();
  private volatile PacketFilter filter;

  public Inbound(
      WireGuardDevice device, OverlaySink overlay, EngineInbox inbox, PacketFilter filter) {
    this.keypairs = device.keypairs();
    this.allowedIps = device.allowedIps();
    this.drops = device.drops();
    this.roaming = device.isRoaming();
    this.overlay = overlay;
    this.inbox = inbox;
    this.filter = filter;
  }

  /** Replaces the filter, from the next packet on. Any thread. */
  public void useFilter(PacketFilter filter) {
    this.filter = filter;
  }

  /** What was received and opened, by path. */
  public PathTraffic traffic() {
    return traffic;
  }

  /**
   * Takes in one datagram; opened in place, it must stay where it is until {@link #flush}.
   *
   * @param from where it came from, possibly a relay
   */
  public void datagram(MemorySegment memory, long offset, int length, Endpoint from, long nowNs) {
    if (length < MIN_DATAGRAM_BYTES) {
      drops.count(DropReason.TOO_SHORT);
      return;
    }
    if (!TransportLayout.isTransportData(memory, offset, length)) {
      inbox.datagram(memory, offset, length, from);
      return;
    }
    Keypair keypair = keypairs.get(TransportLayout.receiverIndex(memory, offset));
    if (keypair == null) {
      drops.count(DropReason.UNKNOWN_INDEX);
      return;
    }
    DropReason refused = keypair.open(memory, offset, length, nowNs);
    if (refused != null) {
      drops.count(refused);
      return;
    }
    int plainLength = length - TransportLayout.OVERHEAD;
    noteAuthentic(keypair, length, plainLength > 0, from, nowNs);
    if (plainLength > 0) {
      deliver(keypair.peer(), memory, offset + TransportLayout.HEADER_LENGTH, plainLength, nowNs);
    }
  }

  /** Ends a batch: everything opened is delivered. */
  public void flush() {
    overlay.flush();
  }

  private void noteAuthentic(
      Keypair keypair, int length, boolean withData, Endpoint from, long nowNs) {
    WireGuardPeer peer = keypair.peer();
    peer.dataReceived().add(length);
    traffic.received(from, length);
    if (roaming) {
      peer.roamTo(from);
    }
    peer.activity().received(withData, nowNs);
    if (keypair.confirm()) {
      peer.activity().signal(PeerSignal.SESSION_CONFIRMED);
    }
    if (keypair.isLastMinute(nowNs)) {
      peer.activity().signal(PeerSignal.NEED_HANDSHAKE);
    }
  }

  private void deliver(
      WireGuardPeer peer, MemorySegment memory, long offset, int plainLength, long nowNs) {
    int packetLength = IpVersion.packetLength(memory, offset, plainLength);
    if (packetLength < 0) {
      drops.count(DropReason.INNER_MALFORMED);
    } else if (ownerOfSource(memory, offset) != peer) {
      drops.count(DropReason.SOURCE_NOT_ALLOWED);
    } else if (!filter.allowsInbound(memory, offset, packetLength, nowNs)) {
      drops.count(DropReason.FILTERED_INBOUND);
    } else {
      overlay.packet(memory, offset, packetLength);
    }
  }

  private @Nullable WireGuardPeer ownerOfSource(MemorySegment memory, long offset) {
    return IpVersion.of(memory, offset, 1) == 4
        ? allowedIps.lookupV4(Ipv4View.source(memory, offset))
        : allowedIps.lookupV6(
            Ipv6View.sourceHigh(memory, offset), Ipv6View.sourceLow(memory, offset));
  }
}
