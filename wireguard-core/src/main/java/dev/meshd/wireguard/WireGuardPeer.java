package dev.meshd.wireguard;

import dev.meshd.crypto.NodeKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.wireguard.noise.LocalIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One peer. What the data path needs of it is public and published safely: the current keypair, the
 * path, the activity, the counters. What decides (handshake, key slots, timers) is the engine
 * loop's and stays in this package.
 *
 * <p>Told apart by identity. Once {@linkplain #isRemoved() removed} it is inert.
 */
public final class WireGuardPeer {
  private final NodeKey publicKey;
  private final PeerActivity activity;
  private final TrafficCounter dataSent = new TrafficCounter();
  private final TrafficCounter dataReceived = new TrafficCounter();
  private final TrafficCounter handshakesSent = new TrafficCounter();
  private final TrafficCounter handshakesReceived = new TrafficCounter();

  private volatile PeerPath path = PeerPath.NONE;
  private volatile @Nullable Instant lastHandshake;
  private volatile boolean removed;

  // Engine loop.
  private final KeypairSlots slots;
  private final PeerHandshakes handshakes;
  private final PeerTimers timers;

  WireGuardPeer(
      LocalIdentity local,
      NodeKey publicKey,
      SignalQueue signals,
      Consumer<Keypair> retire,
      TimerJitter jitter,
      long nowNs) {
    this.publicKey = publicKey;
    this.activity = new PeerActivity(this, signals);
    this.slots = new KeypairSlots(retire);
    this.handshakes = new PeerHandshakes(local, publicKey, nowNs);
    this.timers = new PeerTimers(activity, jitter);
  }

  public NodeKey publicKey() {
    return publicKey;
  }

  /** The session to send under, or null when there is none. */
  public @Nullable Keypair currentKeypair() {
    return slots.current();
  }

  /** How datagrams reach the peer now. */
  public PeerPath path() {
    return path;
  }

  /**
   * Sets how datagrams reach the peer. In a mesh the engine loop alone does this; where a device
   * lets peers roam, the thread that opens packets does too, and the later word counts.
   */
  public void publishPath(PeerPath path) {
    this.path = path;
  }

  /**
   * Goes on by UDP to where an authenticated packet came from, and from where of ours it arrived.
   */
  public void roamTo(Endpoint from) {
    Endpoint known = path.endpoint();
    if (known == null || !known.equals(from) || known.source() != from.source()) {
      publishPath(PeerPath.direct(from));
    }
  }

  /**
   * Lets the kernel choose from which of our addresses datagrams to the peer leave. A link-local
   * peer keeps its interface, without which its address means nothing.
   */
  public void forgetSource() {
    PeerPath known = path;
    Endpoint endpoint = known.endpoint();
    if (endpoint != null && endpoint.source() != null && endpoint.scopeInterface() == 0) {
      publishPath(new PeerPath(endpoint.from(null), known.derpRegion(), known.alsoDerp()));
    }
  }

  public PeerActivity activity() {
    return activity;
  }

  /** Transport data sent, in bytes of UDP payload; added to by the sealing thread. */
  public TrafficCounter dataSent() {
    return dataSent;
  }

  /** Transport data received, in bytes of UDP payload; added to by the opening thread. */
  public TrafficCounter dataReceived() {
    return dataReceived;
  }

  /** All bytes sent to the peer, handshakes included. */
  public long sentBytes() {
    return dataSent.bytes() + handshakesSent.bytes();
  }

  /** All bytes received from the peer, handshakes included. */
  public long receivedBytes() {
    return dataReceived.bytes() + handshakesReceived.bytes();
  }

  /** When the last handshake was completed, in wall time. */
  public Optional<Instant> lastHandshake() {
    return Optional.ofNullable(lastHandshake);
  }

  /** Whether the peer is no longer part of its device. */
  public boolean isRemoved() {
    return removed;
  }

  /** The configured persistent keepalive; zero when off. Engine loop. */
  public Duration persistentKeepalive() {
    return timers.persistentKeepalive();
  }

  TrafficCounter handshakesSent() {
    return handshakesSent;
  }

  TrafficCounter handshakesReceived() {
    return handshakesReceived;
  }

  KeypairSlots slots() {
    return slots;
  }

  PeerHandshakes handshakes() {
    return handshakes;
  }

  PeerTimers timers() {
    return timers;
  }

  void noteHandshake(Instant at) {
    lastHandshake = at;
  }

  void markRemoved() {
    removed = true;
  }

  @Override
  public String toString() {
    return publicKey.shortText();
  }
}
