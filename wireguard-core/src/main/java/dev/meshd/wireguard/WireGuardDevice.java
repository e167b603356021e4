package dev.meshd.wireguard;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.PresharedKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpPrefix;
import dev.meshd.wireguard.noise.LocalIdentity;
import dev.meshd.wireguard.timer.DeadlineHeap;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ObjIntConsumer;

/**
 * One WireGuard interface: our key, the peers, and everything that is decided about them.
 *
 * <p>Inputs are handshake messages ({@link #onHandshake}), what the data path has signalled ({@link
 * #onSignals}), time ({@link #onDeadline}) and configuration. After any of them, {@link
 * #nextDeadlineNs} says when to call {@link #onDeadline} next. Outputs go to the {@link
 * WireGuardOutput} passed along, during the call. Transport data does not come here: the data path
 * looks the keypair up in {@link #keypairs} and peers in {@link #allowedIps} by itself.
 *
 * <p>Owned by the engine loop, except for what the accessors say.
 */
public final class WireGuardDevice implements AutoCloseable {
  private final WireGuardSettings settings;
  private final SignalQueue signals;
  private final ReceiverIndexTable keypairs = new ReceiverIndexTable();
  private final AllowedIps allowedIps = new AllowedIps();
  private final DropCounters drops = new DropCounters();
  private final TimerJitter jitter;
  private final Handshaker handshaker;
  private final Map<NodeKey, WireGuardPeer> peers = new HashMap<>();
  private final DeadlineHeap<WireGuardPeer> deadlines = new DeadlineHeap<>();
  private boolean up = true;

  /**
   * @param privateKey taken over; wiped by {@link #close}
   * @param signals filled by the data path, drained by {@link #onSignals}
   */
  public WireGuardDevice(
      NodePrivateKey privateKey, WireGuardSettings settings, SignalQueue signals) {
    this.settings = settings;
    this.signals = signals;
    this.jitter = new TimerJitter(settings.jitter());
    this.handshaker = new Handshaker(privateKey, settings, keypairs, this::peer, this::reschedule);
  }

  // What others read; safe on any thread.

  /** Sessions by the index their packets carry. */
  public ReceiverIndexTable keypairs() {
    return keypairs;
  }

  /** Which peer may use which address. */
  public AllowedIps allowedIps() {
    return allowedIps;
  }

  public DropCounters drops() {
    return drops;
  }

  public SignalQueue signals() {
    return signals;
  }

  /** The first look at handshake messages; another object once our key has been replaced. */
  public HandshakeScreen screen() {
    return handshaker.screen();
  }

  /** Whether peers' paths follow the source of their packets. */
  public boolean isRoaming() {
    return settings.roaming();
  }

  // Configuration.

  public NodeKey publicKey() {
    return handshaker.local().publicKey();
  }

  /** Our key; borrowed, wiped when it is replaced or the device closed. */
  public NodePrivateKey privateKey() {
    return handshaker.local().privateKey();
  }

  public Collection<WireGuardPeer> peers() {
    return Collections.unmodifiableCollection(peers.values());
  }

  public Optional<WireGuardPeer> peer(NodeKey key) {
    return Optional.ofNullable(peers.get(key));
  }

  /**
   * Adds a peer without allowed IPs or path.
   *
   * @throws IllegalArgumentException if it is there already, or the key is our own
   */
  public WireGuardPeer addPeer(NodeKey key, long nowNs) {
    if (peers.containsKey(key) || key.equals(publicKey())) {
      throw new IllegalArgumentException("peer " + key.shortText() + " is there already, or is us");
    }
    WireGuardPeer peer =
        new WireGuardPeer(handshaker.local(), key, signals, this::retire, jitter, nowNs);
    peers.put(key, peer);
    return peer;
  }

  /** Removes a peer with its sessions, allowed IPs and waiting packets. */
  public void removePeer(WireGuardPeer peer, WireGuardOutput out) {
    if (!peers.remove(peer.publicKey(), peer)) {
      return;
    }
    peer.markRemoved();
    allowedIps.remove(peer);
    forgetKeys(peer, out);
    peer.timers().stop();
    deadlines.set(peer, OptionalLong.empty());
    peer.handshakes().wipe();
  }

  /** The pre-shared key, zero for none; borrowed. */
  public PresharedKey presharedKey(WireGuardPeer peer) {
    return peer.handshakes().psk();
  }

  /** Replaces the pre-shared key, taking it over; it counts from the next handshake on. */
  public void setPresharedKey(WireGuardPeer peer, PresharedKey psk) {
    peer.handshakes().usePsk(psk);
  }

  /** Replaces the peer's allowed IPs; a prefix another peer has moves to this one. */
  public void setAllowedIps(WireGuardPeer peer, Collection<IpPrefix> prefixes) {
    allowedIps.set(peer, prefixes);
  }

  /** Gives the peer one more prefix, which another peer may thereby lose. */
  public void addAllowedIp(WireGuardPeer peer, IpPrefix prefix) {
    allowedIps.add(peer, prefix);
  }

  /** Takes a prefix from the peer, if it has it. */
  public void removeAllowedIp(WireGuardPeer peer, IpPrefix prefix) {
    allowedIps.remove(peer, prefix);
  }

  /**
   * Carries out several changes of peers and allowed IPs, which the data path sees all at once at
   * the end.
   */
  public void changeTogether(Runnable changes) {
    allowedIps.together(changes);
  }

  /** Sets the interval at which a silent peer is sent an empty packet; zero for never. */
  public void setPersistentKeepalive(
      WireGuardPeer peer, Duration interval, long nowNs, WireGuardOutput out) {
    boolean turnedOn = peer.timers().usePersistentKeepalive(interval, nowNs);
    if (!up) {
      peer.timers().stop();
    } else if (turnedOn) {
      out.sendKeepalive(peer, false);
    }
    reschedule(peer);
  }

  /** Whether the device does anything; see {@link #goDown}. */
  public boolean isUp() {
    return up;
  }

  /**
   * Forgets every session and stays silent until {@link #goUp}: no handshake, no timer. Peers and
   * all configuration stay. A device is up when it is made.
   */
  public void goDown(WireGuardOutput out) {
    up = false;
    for (WireGuardPeer peer : peers.values()) {
      forgetKeys(peer, out);
      peer.timers().stop();
      reschedule(peer);
    }
  }

  /** Ends {@link #goDown}: peers may be called at once, and those with a keepalive are. */
  public void goUp(long nowNs, WireGuardOutput out) {
    if (up) {
      return;
    }
    up = true;
    for (WireGuardPeer peer : peers.values()) {
      peer.handshakes().allowAtOnce(nowNs);
      Duration keepalive = peer.persistentKeepalive();
      if (keepalive.isPositive()) {
        peer.timers().usePersistentKeepalive(keepalive, nowNs);
        out.sendKeepalive(peer, false);
      }
      reschedule(peer);
    }
  }

  /**
   * Replaces our key. Sessions are no longer sent under but still received, and every peer is free
   * to be called at once. A peer that has the new key as its own is removed.
   *
   * @param privateKey taken over; the old one is wiped
   */
  public void setPrivateKey(NodePrivateKey privateKey, long nowNs, WireGuardOutput out) {
    LocalIdentity identity = new LocalIdentity(privateKey);
    peer(identity.publicKey()).ifPresent(peer -> removePeer(peer, out));
    handshaker.useLocalIdentity(identity);
    for (WireGuardPeer peer : peers.values()) {
      handshaker.forgetOutstanding(peer);
      peer.handshakes().useLocalIdentity(identity, nowNs);
      peer.slots().endSending();
    }
  }

  /** Counts what is held, by kind: for metrics and for tests that nothing grows without bound. */
  public void census(ObjIntConsumer<String> counts) {
    counts.accept("sessions' peers", peers.size());
    counts.accept("session deadlines", deadlines.size());
    counts.accept("keypairs", keypairs.size());
    counts.accept("handshakes under way", handshaker.underWay());
    counts.accept("allowed IPs", allowedIps.size());
  }

  // Events.

  /**
   * So many handshake messages are waiting to be taken in: the measure of load. To be told before
   * each batch of {@link #onHandshake}, also when nothing waits behind it.
   */
  public void onHandshakesWaiting(int messages, long nowNs) {
    handshaker.gate().load().onWaiting(messages, nowNs);
  }

  /** Whether senders without a cookie are sent one instead of an answer. */
  public boolean isUnderLoad(long nowNs) {
    return handshaker.gate().load().isUnderLoad(nowNs);
  }

  /**
   * Takes in a handshake initiation, response or cookie reply that came by UDP; anything else is
   * counted and dropped.
   *
   * @param message the whole datagram; borrowed until return
   * @return whether it was good; if not, nothing has changed but a counter
   */
  public boolean onHandshake(byte[] message, Endpoint from, long nowNs, WireGuardOutput out) {
    return up && countRefusal(handshaker.onMessage(message, from, nowNs, out));
  }

  /**
   * Takes in a handshake initiation, response or cookie reply that a relay brought.
   *
   * @param message the whole packet; borrowed until return
   * @param sender who sent it, as the relay has authenticated
   * @return whether it was good; if not, nothing has changed but a counter
   */
  public boolean onRelayedHandshake(
      byte[] message, int region, NodeKey sender, long nowNs, WireGuardOutput out) {
    return up && countRefusal(handshaker.onRelayed(message, region, sender, nowNs, out));
  }

  private boolean countRefusal(Optional<DropReason> refused) {
    refused.ifPresent(drops::count);
    return refused.isEmpty();
  }

  /**
   * Begins a handshake, whatever the state of the current session; at most one in REKEY_TIMEOUT is
   * sent.
   */
  public void startHandshake(WireGuardPeer peer, long nowNs, WireGuardOutput out) {
    if (!up) {
      return;
    }
    initiate(peer, false, nowNs, out);
    reschedule(peer);
  }

  /**
   * Something outside WireGuard says that the peer has restarted and so lost its sessions. Nothing
   * more is sent under ours, and the next handshake need not wait; what still arrives under them is
   * received, should the news be late.
   */
  public void onPeerRestarted(WireGuardPeer peer, long nowNs) {
    handshaker.forgetOutstanding(peer);
    peer.handshakes().allowAtOnce(nowNs);
    peer.slots().endSending();
  }

  /**
   * Something outside WireGuard says that an initiation on its way to the peer was lost: if one is
   * still unanswered, another is sent at once.
   */
  public void onInitiationLost(WireGuardPeer peer, long nowNs, WireGuardOutput out) {
    if (isHandshakeUnanswered(peer)) {
      peer.handshakes().allowAtOnce(nowNs);
      handshaker.initiate(peer, nowNs, out);
      reschedule(peer);
    }
  }

  /** Whether an initiation of ours waits for its response. */
  public boolean isHandshakeUnanswered(WireGuardPeer peer) {
    return peer.handshakes().outstanding().isPresent();
  }

  /** Looks at everything the data path has signalled. */
  public void onSignals(long nowNs, WireGuardOutput out) {
    for (Optional<WireGuardPeer> next = signals.poll(); next.isPresent(); next = signals.poll()) {
      WireGuardPeer peer = next.get();
      int mask = peer.activity().takeSignals();
      if (up && !peer.isRemoved()) {
        onSignals(peer, mask, nowNs, out);
        reschedule(peer);
        out.noticed(peer);
      }
    }
  }

  private void onSignals(WireGuardPeer peer, int mask, long nowNs, WireGuardOutput out) {
    if (PeerSignal.SESSION_CONFIRMED.isIn(mask)) {
      handshaker.onSessionConfirmed(peer, out);
    }
    if (PeerSignal.NEED_HANDSHAKE.isIn(mask)) {
      Keypair current = peer.currentKeypair();
      if (current == null || current.isDue(nowNs)) { // it may have been renewed since
        initiate(peer, false, nowNs, out);
      }
    }
    if (PeerSignal.DATA_UNANSWERED.isIn(mask)) {
      peer.timers().onDataUnanswered();
    }
    if (PeerSignal.DATA_UNACKNOWLEDGED.isIn(mask)) {
      peer.timers().onDataUnacknowledged();
    }
  }

  /** When {@link #onDeadline} is to be called next. */
  public OptionalLong nextDeadlineNs() {
    return deadlines.earliestNs();
  }

  /** Carries out every timer that is due. */
  public void onDeadline(long nowNs, WireGuardOutput out) {
    for (Optional<WireGuardPeer> due = deadlines.due(nowNs);
        due.isPresent();
        due = deadlines.due(nowNs)) {
      WireGuardPeer peer = due.get();
      peer.timers().onDeadline(nowNs, new Expiry(peer, nowNs, out));
      reschedule(peer);
    }
  }

  /** Wipes every key. */
  @Override
  public void close() {
    for (WireGuardPeer peer : List.copyOf(peers.values())) {
      peer.markRemoved();
      handshaker.forgetOutstanding(peer);
      peer.slots().clear();
      peer.timers().stop();
      peer.handshakes().wipe();
    }
    peers.clear();
    handshaker.close();
  }

  private void initiate(WireGuardPeer peer, boolean retry, long nowNs, WireGuardOutput out) {
    if (!retry) {
      peer.timers().onInitiationWanted();
    }
    handshaker.initiate(peer, nowNs, out);
  }

  private void forgetKeys(WireGuardPeer peer, WireGuardOutput out) {
    handshaker.forgetOutstanding(peer);
    peer.slots().clear();
    out.dropStaged(peer);
  }

  private void retire(Keypair keypair) {
    keypairs.remove(keypair);
    keypair.close();
  }

  private void reschedule(WireGuardPeer peer) {
    deadlines.set(peer, peer.timers().earliestNs());
  }

  /** What an expired timer of one peer asks for. */
  private final class Expiry implements PeerTimers.Expiry {
    private final WireGuardPeer peer;
    private final long nowNs;
    private final WireGuardOutput out;

    Expiry(WireGuardPeer peer, long nowNs, WireGuardOutput out) {
      this.peer = peer;
      this.nowNs = nowNs;
      this.out = out;
    }

    @Override
    public void initiate(boolean retry) {
      peer.forgetSource(); // nothing came back: perhaps because of where we sent from
      WireGuardDevice.this.initiate(peer, retry, nowNs, out);
    }

    @Override
    public void giveUp() {
      out.dropStaged(peer);
    }

    @Override
    public void sendKeepalive(boolean oweAnother) {
      out.sendKeepalive(peer, oweAnother);
    }

    @Override
    public void zeroKeyMaterial() {
      forgetKeys(peer, out);
    }
  }
}
