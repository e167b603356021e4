package dev.meshd.wireguard;

import dev.meshd.crypto.AeadEngine;
import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.transport.TransportLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A device with one peer and a data path of a few lines, in virtual time: what it sends goes to a
 * consumer, what it receives is kept.
 */
final class VirtualNode implements WireGuardOutput {
  static final Instant EPOCH = Instant.ofEpochSecond(1_700_000_000);

  final WireGuardDevice device;
  final Endpoint address;
  final List<byte[]> handshakesSent = new ArrayList<>();
  final List<CookieReply> cookieReplies = new ArrayList<>();
  final List<byte[]> transportSent = new ArrayList<>();
  final List<String> received = new ArrayList<>();
  final Deque<byte[]> staged = new ArrayDeque<>();
  int keepalivesSent;
  int completed;
  int stagedDropped;
  boolean cutOff;

  private final VirtualClock clock;
  private final Consumer<byte[]> network;
  private final MemorySegment slab = Arena.ofAuto().allocate(4096);

  record CookieReply(Endpoint to, byte[] bytes) {}

  /** The time both ends of a test share. */
  static final class VirtualClock {
    long nowNs = 1_000_000_000_000L;
  }

  VirtualNode(
      VirtualClock clock, String address, long seed, boolean roaming, Consumer<byte[]> network) {
    this(clock, address, seed, roaming, network, () -> EPOCH.plusNanos(clock.nowNs));
  }

  /** A node of the same seed has the same key. */
  VirtualNode(
      VirtualClock clock,
      String address,
      long seed,
      boolean roaming,
      Consumer<byte[]> network,
      InstantSource timestamps) {
    this.clock = clock;
    this.address = Endpoint.parse(address);
    this.network = network;
    Random random = new Random(seed);
    WireGuardSettings settings =
        new WireGuardSettings(
            roaming,
            AeadEngine.JCA,
            random::nextBytes,
            JitterSource.seeded(seed),
            () -> EPOCH.plusNanos(clock.nowNs),
            timestamps);
    this.device =
        new WireGuardDevice(
            NodePrivateKey.generate(random::nextBytes), settings, new SignalQueue(() -> {}));
  }

  WireGuardPeer meet(VirtualNode other) {
    WireGuardPeer peer = device.addPeer(other.device.publicKey(), clock.nowNs);
    peer.publishPath(PeerPath.direct(other.address));
    return peer;
  }

  WireGuardPeer peer() {
    return device.peers().iterator().next();
  }

  /** Seals and sends, or stages. */
  void send(String payload) {
    sendOrStage(peer(), payload.getBytes(StandardCharsets.UTF_8));
    device.onSignals(clock.nowNs, this);
  }

  void receive(byte[] datagram, Endpoint from) {
    slab.asSlice(0, datagram.length).copyFrom(MemorySegment.ofArray(datagram));
    if (TransportLayout.isTransportData(slab, 0, datagram.length)) {
      open(datagram.length, from);
    } else {
      device.onHandshake(datagram, from, clock.nowNs, this);
    }
    device.onSignals(clock.nowNs, this);
  }

  @Override
  public void sendToPeer(WireGuardPeer peer, byte[] handshakeMessage) {
    handshakesSent.add(handshakeMessage);
    transmit(handshakeMessage);
  }

  @Override
  public void sendCookieReply(Endpoint to, byte[] reply) {
    cookieReplies.add(new CookieReply(to, reply));
    transmit(reply);
  }

  @Override
  public void sendKeepalive(WireGuardPeer peer, boolean oweAnother) {
    Keypair keypair = peer.currentKeypair();
    if (keypair == null || !keypair.canSend(clock.nowNs)) {
      peer.activity().wantHandshake();
      return;
    }
    if (staged.isEmpty()) {
      keepalivesSent++;
      seal(peer, keypair, new byte[0]);
    } else {
      flushStaged(peer);
    }
    if (oweAnother) {
      peer.activity().oweAcknowledgement(clock.nowNs);
    }
  }

  @Override
  public void flushStaged(WireGuardPeer peer) {
    List<byte[]> waiting = List.copyOf(staged);
    staged.clear();
    waiting.forEach(payload -> sendOrStage(peer, payload));
  }

  @Override
  public void dropStaged(WireGuardPeer peer) {
    stagedDropped += staged.size();
    staged.clear();
  }

  @Override
  public void handshakeCompleted(WireGuardPeer peer) {
    completed++;
  }

  private void sendOrStage(WireGuardPeer peer, byte[] payload) {
    Keypair keypair = peer.currentKeypair();
    if (keypair == null || !keypair.canSend(clock.nowNs)) {
      staged.add(payload);
      peer.activity().wantHandshake();
    } else {
      seal(peer, keypair, payload);
    }
  }

  private void seal(WireGuardPeer peer, Keypair keypair, byte[] payload) {
    MemorySegment.copy(
        payload, 0, slab, ValueLayout.JAVA_BYTE, TransportLayout.HEADER_LENGTH, payload.length);
    int length = keypair.seal(slab, 0, payload.length);
    peer.activity().sent(payload.length > 0, clock.nowNs);
    byte[] datagram = slab.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    transportSent.add(datagram);
    transmit(datagram);
    if (keypair.isDueAfterSending(clock.nowNs)) {
      peer.activity().wantHandshake();
    }
  }

  private void open(int length, Endpoint from) {
    Keypair keypair = device.keypairs().get(TransportLayout.receiverIndex(slab, 0));
    @Nullable DropReason refused =
        keypair == null ? DropReason.UNKNOWN_INDEX : keypair.open(slab, 0, length, clock.nowNs);
    if (refused != null) {
      device.drops().count(refused);
      return;
    }
    WireGuardPeer peer = keypair.peer();
    int plain = length - TransportLayout.OVERHEAD;
    peer.activity().received(plain > 0, clock.nowNs);
    if (device.isRoaming()) {
      peer.roamTo(from);
    }
    if (keypair.confirm()) {
      peer.activity().signal(PeerSignal.SESSION_CONFIRMED);
    }
    if (keypair.isLastMinute(clock.nowNs)) {
      peer.activity().signal(PeerSignal.NEED_HANDSHAKE);
    }
    if (plain > 0) {
      byte[] bytes =
          slab.asSlice(TransportLayout.HEADER_LENGTH, plain).toArray(ValueLayout.JAVA_BYTE);
      received.add(new String(bytes, StandardCharsets.UTF_8));
    }
  }

  private void transmit(byte[] datagram) {
    if (!cutOff) {
      network.accept(datagram.clone());
    }
  }
}
