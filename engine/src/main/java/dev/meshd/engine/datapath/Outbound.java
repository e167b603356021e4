package dev.meshd.engine.datapath;

import dev.meshd.packet.IpVersion;
import dev.meshd.packet.Ipv4View;
import dev.meshd.packet.Ipv6View;
import dev.meshd.wireguard.AllowedIps;
import dev.meshd.wireguard.DropCounters;
import dev.meshd.wireguard.DropReason;
import dev.meshd.wireguard.Keypair;
import dev.meshd.wireguard.PeerPath;
import dev.meshd.wireguard.WireGuardDevice;
import dev.meshd.wireguard.WireGuardPeer;
import dev.meshd.wireguard.transport.TransportLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * From this host into the network: {@link #packet} is the way of one packet, step by step.
 *
 * <p>Packets without a session wait; the engine is told that a handshake is needed and answers with
 * {@link #flushStaged} or {@link #dropStaged}. Everything is sealed here, keepalives included, so
 * that a session's counter has one user. Owned by the sealing thread; does not allocate as long as
 * there is a session.
 */
public final class Outbound {
  /** Room a packet needs in front of it: the transport header. */
  public static final int HEADROOM = TransportLayout.HEADER_LENGTH;

  /** Room a packet needs behind it: padding and tag. */
  public static final int TAILROOM = TransportLayout.MAX_PADDING + TransportLayout.TAG_LENGTH;

  /** Answer of {@link #packet}: nothing is left of it in the caller's memory. */
  public static final int NOTHING_SENT = 0;

  private final AllowedIps allowedIps;
  private final DropCounters drops;
  private final UnderlaySink underlay;
  private final StagedPackets staged;
  private final MemorySegment keepalive;
  private final PathTraffic traffic = new PathTraffic();
  private volatile int mtuBytes;
  private volatile PacketFilter filter;

  /**
   * @param arena lives as long as this object is used
   * @param mtuBytes the tunnel's MTU: packets are padded up to it
   */
  public Outbound(
      WireGuardDevice device,
      UnderlaySink underlay,
      PacketFilter filter,
      Arena arena,
      int mtuBytes) {
    this.allowedIps = device.allowedIps();
    this.drops = device.drops();
    this.underlay = underlay;
    this.filter = filter;
    this.mtuBytes = mtuBytes;
    this.staged = new StagedPackets(arena);
    this.keepalive = arena.allocate(TransportLayout.OVERHEAD, Long.BYTES);
  }

  /** Replaces the filter, from the next packet on. Any thread. */
  public void useFilter(PacketFilter filter) {
    this.filter = filter;
  }

  /** Says that the tunnel has another MTU, from the next packet on. Any thread. */
  public void useMtu(int mtuBytes) {
    this.mtuBytes = mtuBytes;
  }

  /** What was sent, by path. */
  public PathTraffic traffic() {
    return traffic;
  }

  /**
   * Sends one packet, or lets it wait, or drops it and counts why.
   *
   * @param memory native; {@link #HEADROOM} bytes before and {@link #TAILROOM} bytes behind the
   *     packet are overwritten
   * @return the length of the datagram that lies {@link #HEADROOM} bytes before {@code offset} and
   *     must stay there until {@link #flush}; {@link #NOTHING_SENT} when the memory is free again
   */
  public int packet(MemorySegment memory, long offset, int length, long nowNs) {
    int packetLength = IpVersion.packetLength(memory, offset, length);
    if (packetLength < 0) {
      return drop(DropReason.OUTBOUND_MALFORMED);
    }
    WireGuardPeer peer = route(memory, offset);
    if (peer == null) {
      return drop(DropReason.NO_PEER_FOR_DESTINATION);
    }
    if (!filter.allowsOutbound(memory, offset, packetLength, nowNs)) {
      return drop(DropReason.FILTERED_OUTBOUND);
    }
    Keypair keypair = peer.currentKeypair();
    if (keypair == null || !keypair.canSend(nowNs)) {
      return stage(peer, memory, offset, packetLength);
    }
    if (staged.hasPackets(peer)) {
      flushStaged(peer, nowNs); // so that they keep their order
    }
    return seal(peer, keypair, memory, offset, packetLength, nowNs);
  }

  /** Ends a batch: everything sealed goes out. */
  public void flush() {
    underlay.flush();
  }

  /**
   * Sends what waits for the peer, or an empty packet if nothing does; asks for a session if there
   * is none.
   */
  public void sendKeepalive(WireGuardPeer peer, boolean oweAnother, long nowNs) {
    Keypair keypair = peer.currentKeypair();
    if (keypair == null || !keypair.canSend(nowNs)) {
      peer.activity().wantHandshake();
      return;
    }
    if (staged.hasPackets(peer)) {
      flushStaged(peer, nowNs);
    } else {
      seal(peer, keypair, keepalive, TransportLayout.HEADER_LENGTH, 0, nowNs);
      underlay.flush();
    }
    if (oweAnother) {
      peer.activity().oweAcknowledgement(nowNs);
    }
  }

  /** Sends what waits for the peer, if there is a session to send it under. */
  public void flushStaged(WireGuardPeer peer, long nowNs) {
    Keypair keypair = peer.currentKeypair();
    if (keypair == null || !keypair.canSend(nowNs)) {
      return;
    }
    staged.drain(
        peer,
        (memory, offset, length) -> seal(peer, keypair, memory, offset, length, nowNs),
        underlay::flush);
  }

  /** Drops what waits for the peer. */
  public void dropStaged(WireGuardPeer peer) {
    int dropped = staged.drop(peer);
    if (dropped > 0) {
      drops.count(DropReason.STAGED_GIVEN_UP, dropped);
    }
  }

  private @Nullable WireGuardPeer route(MemorySegment memory, long offset) {
    return IpVersion.of(memory, offset, 1) == 4
        ? allowedIps.lookupV4(Ipv4View.destination(memory, offset))
        : allowedIps.lookupV6(
            Ipv6View.destinationHigh(memory, offset), Ipv6View.destinationLow(memory, offset));
  }

  private int stage(WireGuardPeer peer, MemorySegment memory, long offset, int length) {
    if (peer.isRemoved()) {
      return drop(DropReason.NO_PEER_FOR_DESTINATION);
    }
    int pushedOut = staged.add(peer, memory, offset, length);
    if (pushedOut > 0) {
      drops.count(DropReason.STAGED_OVERFLOW, pushedOut);
    }
    peer.activity().wantHandshake();
    return NOTHING_SENT;
  }

  private int seal(
      WireGuardPeer peer,
      Keypair keypair,
      MemorySegment memory,
      long offset,
      int length,
      long nowNs) {
    PeerPath path = peer.path();
    if (path.isNone()) {
      return drop(DropReason.NO_PATH);
    }
    int paddedLength = TransportLayout.paddedLength(length, mtuBytes);
    for (int i = length; i < paddedLength; i++) {
      memory.set(ValueLayout.JAVA_BYTE, offset + i, (byte) 0);
    }
    long start = offset - TransportLayout.HEADER_LENGTH;
    int sealedLength = keypair.seal(memory, start, paddedLength);
    if (sealedLength == Keypair.NOT_SEALED) {
      return drop(DropReason.KEY_WIPED);
    }
    peer.dataSent().add(sealedLength);
    traffic.sent(path, sealedLength);
    peer.activity().sent(length > 0, nowNs);
    underlay.datagram(memory, start, sealedLength, peer, path);
    if (keypair.isDueAfterSending(nowNs)) {
      peer.activity().wantHandshake();
    }
    return sealedLength;
  }

  private int drop(DropReason reason) {
    drops.count(reason);
    return NOTHING_SENT;
  }
}
