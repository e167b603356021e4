package dev.meshd.wireguard;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.noise.HandshakeLayout;
import dev.meshd.wireguard.noise.InitiatorHandshake;
import dev.meshd.wireguard.noise.LocalIdentity;
import dev.meshd.wireguard.noise.MessageType;
import dev.meshd.wireguard.noise.ReceivedInitiation;
import dev.meshd.wireguard.noise.Tai64n;
import dev.meshd.wireguard.noise.Tai64nClock;
import dev.meshd.wireguard.noise.TransportKeys;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Both roles of the handshake for all peers of a device: sends initiations, answers them, turns the
 * result into keypairs.
 *
 * <p>An initiation from a peer is answered also while one of ours to it is under way, and ours
 * stays valid: when the two cross, both handshakes complete and either session carries packets,
 * with no pause until a retransmission. (An implementation that keeps one handshake state per peer
 * drops its own here; it interoperates either way.)
 *
 * <p>A message goes through the {@link HandshakeScreen}, the {@link HandshakeGate} and then the key
 * agreement, cheap to expensive. One that does not verify leaves the peer exactly as it was. Owned
 * by the engine loop, {@link #screen} may be read by any thread.
 */
final class Handshaker implements AutoCloseable {
  private final WireGuardSettings settings;
  private final ReceiverIndexTable keypairs;
  private final Function<NodeKey, Optional<WireGuardPeer>> peers;
  private final Consumer<WireGuardPeer> reschedule;
  private final Tai64nClock timestamps;
  private final Map<Integer, WireGuardPeer> outstanding = new HashMap<>();
  private LocalIdentity local;
  private final HandshakeGate gate;
  private volatile HandshakeScreen screen;

  /**
   * @param peers finds a peer of the device
   * @param reschedule is told of a peer whose timers an incoming message has changed
   */
  Handshaker(
      NodePrivateKey privateKey,
      WireGuardSettings settings,
      ReceiverIndexTable keypairs,
      Function<NodeKey, Optional<WireGuardPeer>> peers,
      Consumer<WireGuardPeer> reschedule) {
    this.settings = settings;
    this.keypairs = keypairs;
    this.peers = peers;
    this.reschedule = reschedule;
    this.timestamps = new Tai64nClock(settings.timestamps());
    this.local = new LocalIdentity(privateKey);
    this.screen = new HandshakeScreen(local.publicKey());
    this.gate = new HandshakeGate(local.publicKey(), settings.random());
  }

  /** How many initiations of ours wait for their response. */
  int underWay() {
    return outstanding.size();
  }

  LocalIdentity local() {
    return local;
  }

  /** Replaces our static key and wipes the old one; the caller sees to the peers. */
  void useLocalIdentity(LocalIdentity identity) {
    local.close();
    local = identity;
    screen = new HandshakeScreen(identity.publicKey());
    gate.useIdentity(identity.publicKey());
  }

  /**
   * Sends an initiation, unless a handshake message went to the peer less than REKEY_TIMEOUT ago;
   * then the timers come back to it.
   */
  void initiate(WireGuardPeer peer, long nowNs, WireGuardOutput out) {
    PeerHandshakes handshakes = peer.handshakes();
    if (handshakes.remote().isWeak()) {
      peer.timers().onInitiationPutOff(nowNs + WireGuardConstants.REKEY_TIMEOUT_NS);
      return;
    }
    if (handshakes.sentLately(nowNs)) {
      peer.timers().onInitiationPutOff(handshakes.nextAllowedNs());
      return;
    }
    handshakes.noteSent(nowNs);
    forgetOutstanding(peer);
    int index = freshIndex();
    InitiatorHandshake handshake =
        InitiatorHandshake.begin(
            local, handshakes.remote(), index, timestamps.next(), settings.random());
    handshakes.await(handshake);
    outstanding.put(index, peer);
    send(peer, handshake.message(), nowNs, out);
    peer.timers().onInitiationSent(nowNs);
  }

  /** Forgets the initiation waiting for a response, if any. */
  void forgetOutstanding(WireGuardPeer peer) {
    peer.handshakes()
        .takeOutstanding()
        .ifPresent(
            handshake -> {
              outstanding.remove(handshake.localIndex());
              handshake.wipe();
            });
  }

  /** The first look, for this device's key. */
  HandshakeScreen screen() {
    return screen;
  }

  HandshakeGate gate() {
    return gate;
  }

  /**
   * Takes in an initiation, response or cookie reply that came by UDP; empty when it was good,
   * otherwise why it was dropped.
   */
  Optional<DropReason> onMessage(byte[] message, Endpoint from, long nowNs, WireGuardOutput out) {
    DropReason refused = screen.refuse(message);
    if (refused == null && hasMacs(message)) {
      refused = gate.admit(message, from, nowNs, out::sendCookieReply);
    }
    return refused == null ? open(message, from, nowNs, out) : Optional.of(refused);
  }

  /** The same for one that a relay brought from {@code sender}. */
  Optional<DropReason> onRelayed(
      byte[] message, int region, NodeKey sender, long nowNs, WireGuardOutput out) {
    DropReason refused = screen.refuse(message);
    if (refused == null && hasMacs(message)) {
      refused = gate.admitRelayed(sender, nowNs);
    }
    return refused == null
        ? open(message, Endpoint.derp(region), nowNs, out)
        : Optional.of(refused);
  }

  private static boolean hasMacs(byte[] message) {
    return HandshakeLayout.firstWord(message) != MessageType.COOKIE_REPLY.wireValue();
  }

  private Optional<DropReason> open(
      byte[] message, Endpoint from, long nowNs, WireGuardOutput out) {
    return switch (MessageType.fromWire(HandshakeLayout.firstWord(message)).orElseThrow()) {
      case HANDSHAKE_INITIATION -> onInitiation(message, from, nowNs, out);
      case HANDSHAKE_RESPONSE -> onResponse(message, from, nowNs, out);
      case COOKIE_REPLY -> onCookieReply(message, nowNs);
      case TRANSPORT_DATA -> throw new IllegalStateException("the screen refuses transport data");
    };
  }

  private Optional<DropReason> onInitiation(
      byte[] message, Endpoint from, long nowNs, WireGuardOutput out) {
    Optional<ReceivedInitiation> opened = ReceivedInitiation.open(local, message);
    if (opened.isEmpty()) {
      return Optional.of(DropReason.INITIATION_FORGED);
    }
    ReceivedInitiation initiation = opened.get();
    try {
      Optional<WireGuardPeer> known = peers.apply(initiation.remoteStatic());
      if (known.isEmpty()) {
        return Optional.of(DropReason.UNKNOWN_PEER);
      }
      WireGuardPeer peer = known.get();
      Optional<Tai64n> timestamp = initiation.openTimestamp(peer.handshakes().remote());
      if (timestamp.isEmpty()) {
        return Optional.of(DropReason.TIMESTAMP_FORGED);
      }
      Optional<DropReason> refused = peer.handshakes().admit(timestamp.get(), nowNs);
      if (refused.isEmpty()) {
        noteReceived(peer, message, from, nowNs);
        return respond(peer, initiation, nowNs, out);
      }
      return refused;
    } finally {
      initiation.wipe();
    }
  }

  private Optional<DropReason> respond(
      WireGuardPeer peer, ReceivedInitiation initiation, long nowNs, WireGuardOutput out) {
    int index = freshIndex();
    Optional<ReceivedInitiation.Response> response =
        initiation.respond(index, peer.handshakes().psk(), settings.random());
    if (response.isEmpty()) {
      return Optional.of(DropReason.INITIATION_FORGED);
    }
    Keypair keypair = derive(peer, response.get().keys(), index, false, nowNs);
    peer.slots().installResponded(keypair);
    peer.handshakes().noteSent(nowNs);
    send(peer, response.get().message(), nowNs, out);
    reschedule.accept(peer);
    return Optional.empty();
  }

  private Optional<DropReason> onResponse(
      byte[] message, Endpoint from, long nowNs, WireGuardOutput out) {
    WireGuardPeer peer = outstanding.get(HandshakeLayout.responseReceiver(message));
    if (peer == null) {
      return Optional.of(DropReason.RESPONSE_UNEXPECTED);
    }
    PeerHandshakes handshakes = peer.handshakes();
    InitiatorHandshake handshake = handshakes.outstanding().orElseThrow();
    Optional<TransportKeys> keys = handshake.consumeResponse(message, handshakes.psk());
    if (keys.isEmpty()) {
      return Optional.of(DropReason.RESPONSE_FORGED);
    }
    forgetOutstanding(peer);
    noteReceived(peer, message, from, nowNs);
    Keypair keypair = derive(peer, keys.get(), handshake.localIndex(), true, nowNs);
    peer.slots().installInitiated(keypair);
    complete(peer, out);
    reschedule.accept(peer);
    out.sendKeepalive(peer, false);
    return Optional.empty();
  }

  private Optional<DropReason> onCookieReply(byte[] message, long nowNs) {
    int index = HandshakeLayout.cookieReceiver(message);
    WireGuardPeer peer = outstanding.get(index);
    if (peer == null) {
      Keypair keypair = keypairs.get(index);
      peer = keypair == null ? null : keypair.peer();
    }
    return peer != null && peer.handshakes().cookies().consume(message, nowNs)
        ? Optional.empty()
        : Optional.of(DropReason.COOKIE_REPLY_INVALID);
  }

  /**
   * The peer has used the session it began: it can be sent under, and an initiation of ours has
   * become needless.
   */
  void onSessionConfirmed(WireGuardPeer peer, WireGuardOutput out) {
    if (peer.slots().promoteConfirmed().isPresent()) {
      forgetOutstanding(peer);
      complete(peer, out);
      out.flushStaged(peer);
    }
  }

  private void complete(WireGuardPeer peer, WireGuardOutput out) {
    peer.timers().onHandshakeComplete();
    peer.noteHandshake(settings.wallClock().instant());
    out.handshakeCompleted(peer);
  }

  private Keypair derive(
      WireGuardPeer peer, TransportKeys keys, int index, boolean initiator, long nowNs) {
    Keypair keypair = new Keypair(peer, settings.ciphers(), keys, index, initiator, nowNs);
    keypairs.put(keypair);
    peer.timers().onSessionDerived(nowNs);
    return keypair;
  }

  private void noteReceived(WireGuardPeer peer, byte[] message, Endpoint from, long nowNs) {
    peer.handshakesReceived().add(message.length);
    peer.activity().received(false, nowNs);
    if (settings.roaming()) {
      peer.roamTo(from);
    }
  }

  private void send(WireGuardPeer peer, byte[] message, long nowNs, WireGuardOutput out) {
    peer.handshakes().stamp(message, nowNs);
    peer.handshakesSent().add(message.length);
    peer.activity().sent(false, nowNs);
    out.sendToPeer(peer, message);
  }

  /** Wipes our static key and the secret behind cookies. */
  @Override
  public void close() {
    local.close();
    gate.close();
  }

  private int freshIndex() {
    byte[] bytes = new byte[Integer.BYTES];
    while (true) {
      settings.random().fill(bytes);
      int index = ByteBuffer.wrap(bytes).getInt();
      if (!outstanding.containsKey(index) && keypairs.get(index) == null) {
        return index;
      }
    }
  }
}
