package dev.meshd.wireguard;

import static dev.meshd.wireguard.WireGuardConstants.*;
import static dev.meshd.wireguard.timer.PeerTimer.*;

import dev.meshd.wireguard.timer.DeadlineTable;
import dev.meshd.wireguard.timer.PeerTimer;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The timer rules of one peer: which event arms or cancels what, and what an expiry asks for.
 *
 * <pre>
 * timer                 armed by                         for              cancelled or put off by
 * RETRANSMIT_HANDSHAKE  an initiation sent               5 s + jitter     handshake complete
 * SEND_KEEPALIVE        data received, none owed         10 s             anything authenticated sent
 * NEW_HANDSHAKE         data sent, none unanswered       15 s + jitter    anything authenticated received
 * ZERO_KEY_MATERIAL     a session derived; giving up     540 s            a further session derived
 * PERSISTENT_KEEPALIVE  anything authenticated, either   the interval     the same
 * </pre>
 *
 * <p>The three that data moves are evaluated lazily, see {@link PeerActivity}: their deadline may
 * come earlier than the rule says, in which case it is put off to what the activity shows. Owned by
 * the engine loop.
 *
 * @see <a href="https://www.wireguard.com/papers/wireguard.pdf">WireGuard paper, section 6</a>
 */
final class PeerTimers {
  private static final long NEW_HANDSHAKE_NS = KEEPALIVE_TIMEOUT_NS + REKEY_TIMEOUT_NS;

  private final PeerActivity activity;
  private final TimerJitter jitter;
  private final DeadlineTable deadlines = new DeadlineTable();
  private long persistentKeepaliveNs;
  private int retransmissions;

  PeerTimers(PeerActivity activity, TimerJitter jitter) {
    this.activity = activity;
    this.jitter = jitter;
  }

  /** What an expiry asks the device to do. */
  interface Expiry {
    /** Send an initiation; a retry does not begin the count of attempts anew. */
    void initiate(boolean retry);

    /** The peer does not answer: drop what waits for it. */
    void giveUp();

    void sendKeepalive(boolean oweAnother);

    /** Forget every key and handshake. */
    void zeroKeyMaterial();
  }

  OptionalLong earliestNs() {
    return deadlines.earliestNs();
  }

  Map<PeerTimer, Long> armed() {
    return deadlines.armed();
  }

  boolean isArmed(PeerTimer timer) {
    return deadlines.isArmed(timer);
  }

  // Events.

  void onInitiationSent(long nowNs) {
    armRetransmission(nowNs + REKEY_TIMEOUT_NS + jitter.nextNs());
  }

  /** An initiation is wanted but may not be sent before {@code allowedNs}: come back then. */
  void onInitiationPutOff(long allowedNs) {
    if (!deadlines.isArmed(RETRANSMIT_HANDSHAKE)) {
      armRetransmission(allowedNs + jitter.nextNs());
    }
  }

  void onInitiationWanted() {
    retransmissions = 0;
  }

  void onSessionDerived(long nowNs) {
    deadlines.arm(ZERO_KEY_MATERIAL, nowNs + ZERO_KEY_MATERIAL_NS);
  }

  void onHandshakeComplete() {
    deadlines.cancel(RETRANSMIT_HANDSHAKE);
    activity.noteHandshakeUnderWay(false);
    retransmissions = 0;
  }

  void onDataUnanswered() {
    activity
        .unansweredSinceNs()
        .ifPresent(
            since -> {
              activity.watchUnanswered(true);
              deadlines.arm(NEW_HANDSHAKE, since + NEW_HANDSHAKE_NS + jitter.nextNs());
            });
  }

  void onDataUnacknowledged() {
    activity
        .unacknowledgedSinceNs()
        .ifPresent(
            since -> {
              activity.watchUnacknowledged(true);
              deadlines.arm(SEND_KEEPALIVE, since + KEEPALIVE_TIMEOUT_NS);
            });
  }

  Duration persistentKeepalive() {
    return Duration.ofNanos(persistentKeepaliveNs);
  }

  /**
   * Sets the interval, zero for off; true when that turns it on, so that the first keepalive is due
   * at once.
   */
  boolean usePersistentKeepalive(Duration interval, long nowNs) {
    boolean turnedOn = persistentKeepaliveNs == 0 && interval.isPositive();
    persistentKeepaliveNs = interval.toNanos();
    if (persistentKeepaliveNs == 0) {
      deadlines.cancel(PERSISTENT_KEEPALIVE);
    } else {
      deadlines.arm(PERSISTENT_KEEPALIVE, nowNs + persistentKeepaliveNs);
    }
    return turnedOn;
  }

  void stop() {
    deadlines.cancelAll();
  }

  // Expiries.

  /** Carries out every timer that is due. */
  void onDeadline(long nowNs, Expiry expiry) {
    if (deadlines.expire(RETRANSMIT_HANDSHAKE, nowNs)) {
      expireRetransmitHandshake(nowNs, expiry);
    }
    if (deadlines.expire(SEND_KEEPALIVE, nowNs)) {
      expireSendKeepalive(nowNs, expiry);
    }
    if (deadlines.expire(NEW_HANDSHAKE, nowNs)) {
      expireNewHandshake(nowNs, expiry);
    }
    if (deadlines.expire(ZERO_KEY_MATERIAL, nowNs)) {
      expiry.zeroKeyMaterial();
    }
    if (deadlines.expire(PERSISTENT_KEEPALIVE, nowNs)) {
      expirePersistentKeepalive(nowNs, expiry);
    }
  }

  private void armRetransmission(long atNs) {
    deadlines.arm(RETRANSMIT_HANDSHAKE, atNs);
    activity.noteHandshakeUnderWay(true);
  }

  private void expireRetransmitHandshake(long nowNs, Expiry expiry) {
    activity.noteHandshakeUnderWay(false);
    if (retransmissions > MAX_TIMER_HANDSHAKES) {
      deadlines.cancel(SEND_KEEPALIVE);
      activity.watchUnacknowledged(false);
      activity.forgetUnacknowledged();
      if (!deadlines.isArmed(ZERO_KEY_MATERIAL)) {
        deadlines.arm(ZERO_KEY_MATERIAL, nowNs + ZERO_KEY_MATERIAL_NS);
      }
      expiry.giveUp();
    } else {
      retransmissions++;
      expiry.initiate(true);
    }
  }

  private void expireSendKeepalive(long nowNs, Expiry expiry) {
    OptionalLong since = activity.unacknowledgedSinceNs();
    if (since.isEmpty()) {
      activity.watchUnacknowledged(false);
      onDataUnacknowledged(); // owed again since the question, when nobody signalled it
    } else if (since.getAsLong() + KEEPALIVE_TIMEOUT_NS - nowNs > 0) {
      deadlines.arm(SEND_KEEPALIVE, since.getAsLong() + KEEPALIVE_TIMEOUT_NS);
    } else {
      boolean another = activity.takeMoreDataReceived();
      activity.forgetUnacknowledged();
      activity.watchUnacknowledged(another);
      if (another) {
        deadlines.arm(SEND_KEEPALIVE, nowNs + KEEPALIVE_TIMEOUT_NS);
      }
      expiry.sendKeepalive(another);
    }
  }

  private void expireNewHandshake(long nowNs, Expiry expiry) {
    OptionalLong since = activity.unansweredSinceNs();
    if (since.isEmpty()) {
      activity.watchUnanswered(false);
      onDataUnanswered(); // unanswered again since the question, when nobody signalled it
    } else if (since.getAsLong() + NEW_HANDSHAKE_NS - nowNs > 0) {
      onDataUnanswered();
    } else {
      activity.forgetUnanswered();
      activity.watchUnanswered(false);
      expiry.initiate(false);
    }
  }

  private void expirePersistentKeepalive(long nowNs, Expiry expiry) {
    long dueNs = activity.lastTraversalNs().orElse(nowNs - persistentKeepaliveNs);
    dueNs += persistentKeepaliveNs;
    if (dueNs - nowNs > 0) {
      deadlines.arm(PERSISTENT_KEEPALIVE, dueNs);
    } else {
      deadlines.arm(PERSISTENT_KEEPALIVE, nowNs + persistentKeepaliveNs);
      expiry.sendKeepalive(false);
    }
  }
}
