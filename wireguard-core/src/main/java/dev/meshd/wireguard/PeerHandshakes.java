package dev.meshd.wireguard;

import static dev.meshd.wireguard.WireGuardConstants.*;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.PresharedKey;
import dev.meshd.wireguard.noise.CookieJar;
import dev.meshd.wireguard.noise.InitiatorHandshake;
import dev.meshd.wireguard.noise.LocalIdentity;
import dev.meshd.wireguard.noise.MessageMacs;
import dev.meshd.wireguard.noise.RemoteIdentity;
import dev.meshd.wireguard.noise.Tai64n;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered about handshakes with one peer: keys, the initiation that is waiting for its
 * response, and how fresh the peer's initiations have been. Owned by the engine loop.
 */
final class PeerHandshakes {
  private RemoteIdentity remote;
  private final MessageMacs macs;
  private final CookieJar cookies;
  private PresharedKey psk = PresharedKey.zero();
  private @Nullable InitiatorHandshake outstanding;
  private long lastSentNs;
  private Tai64n lastTimestamp = Tai64n.NEVER;
  private long lastInitiationNs;

  PeerHandshakes(LocalIdentity local, NodeKey publicKey, long nowNs) {
    this.remote = new RemoteIdentity(local, publicKey);
    this.macs = MessageMacs.forReceiver(publicKey);
    this.cookies = new CookieJar(publicKey);
    this.lastInitiationNs = nowNs - INITIATION_INTERVAL_NS;
    allowAtOnce(nowNs);
  }

  RemoteIdentity remote() {
    return remote;
  }

  /** Our own key has changed: what was computed with it is void. */
  void useLocalIdentity(LocalIdentity local, long nowNs) {
    remote.wipe();
    remote = new RemoteIdentity(local, remote.publicKey());
    allowAtOnce(nowNs);
  }

  PresharedKey psk() {
    return psk;
  }

  /**
   * Applies to the next handshake; sessions and an initiation already answered are not disturbed.
   */
  void usePsk(PresharedKey psk) {
    this.psk.close();
    this.psk = psk;
  }

  CookieJar cookies() {
    return cookies;
  }

  void stamp(byte[] message, long nowNs) {
    macs.stamp(message, cookies, nowNs);
  }

  /** Whether a handshake message went out less than REKEY_TIMEOUT ago. */
  boolean sentLately(long nowNs) {
    return nowNs - lastSentNs < REKEY_TIMEOUT_NS;
  }

  /** When the next initiation may go out at the earliest. */
  long nextAllowedNs() {
    return lastSentNs + REKEY_TIMEOUT_NS;
  }

  void noteSent(long nowNs) {
    lastSentNs = nowNs;
  }

  Optional<InitiatorHandshake> outstanding() {
    return Optional.ofNullable(outstanding);
  }

  void await(InitiatorHandshake handshake) {
    outstanding = handshake;
  }

  /** The initiation waiting for a response, no longer waited for; the caller wipes it. */
  Optional<InitiatorHandshake> takeOutstanding() {
    Optional<InitiatorHandshake> taken = outstanding();
    outstanding = null;
    return taken;
  }

  /** Judges an initiation whose seals have verified, and remembers it if it is good. */
  Optional<DropReason> admit(Tai64n timestamp, long nowNs) {
    if (!timestamp.isAfter(lastTimestamp)) {
      return Optional.of(DropReason.INITIATION_REPLAYED);
    }
    if (nowNs - lastInitiationNs < INITIATION_INTERVAL_NS) {
      return Optional.of(DropReason.INITIATION_FLOOD);
    }
    lastTimestamp = timestamp;
    lastInitiationNs = nowNs;
    return Optional.empty();
  }

  void wipe() {
    remote.wipe();
    psk.close();
  }

  /** The next initiation need not keep its distance from the last handshake message. */
  void allowAtOnce(long nowNs) {
    lastSentNs = nowNs - REKEY_TIMEOUT_NS;
  }
}
